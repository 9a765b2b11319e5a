"""Streams: JSON lines, bytes, server-sent events; each item is sent as it is made."""

# --8<-- [start:imports]
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from anyio import sleep

from pleiad import Pleiad, Request, get
from pleiad.response import JSONLines, ServerSentEvent, ServerSentEventMessage, Stream
from pleiad.testing import TestClient


@dataclass
class Reading:
    sensor: str
    celsius: float


READINGS = [Reading("roof", 21.5), Reading("cellar", 12.0), Reading("roof", 22.0)]
# --8<-- [end:imports]


# --8<-- [start:lines]
@get("/readings")
async def readings() -> AsyncIterator[Reading]:
    for reading in READINGS:
        yield reading


# --8<-- [end:lines]
# --8<-- [start:bytes]
@get("/report")
async def report() -> Stream[str]:
    def rows() -> Iterator[str]:
        yield "sensor,celsius\n"
        for reading in READINGS:
            yield f"{reading.sensor},{reading.celsius}\n"

    headers = {"content-disposition": 'attachment; filename="report.csv"'}
    return Stream(rows(), media_type="text/csv", headers=headers)


# --8<-- [end:bytes]
# --8<-- [start:events]
@get("/events")
async def events() -> ServerSentEvent[ServerSentEventMessage]:
    async def messages(last_event_id: str | None) -> AsyncIterator[ServerSentEventMessage]:
        seen = int(last_event_id) if last_event_id and last_event_id.isdigit() else 0
        for number, reading in enumerate(READINGS[seen:], seen + 1):
            yield ServerSentEventMessage(reading, event="reading", id=number)

    return ServerSentEvent(messages, retry_duration=2000, ping_interval=15)


# --8<-- [end:events]
# --8<-- [start:endless]
@get("/watch")
async def watch() -> JSONLines[Reading]:
    async def latest() -> AsyncIterator[Reading]:
        try:
            while True:
                yield READINGS[-1]
                await sleep(60)
        finally:
            print("watch: closed")

    return JSONLines(latest(), endless=True)


@get("/follow")
async def follow(request: Request) -> AsyncIterator[Reading]:
    while not request.app.shutting_down.is_set():
        yield READINGS[-1]
        await sleep(0.01)


# --8<-- [end:endless]
app = Pleiad([readings, report, events, watch, follow])


if __name__ == "__main__":
    with TestClient(app) as client:
        print(client.get("/readings").text, end="")
        print(client.get("/report").text, end="")
        print(client.get("/events", headers={"last-event-id": "2"}).text.strip())

        with client.stream("GET", "/watch") as answer:
            pieces = answer.iter_text()
            print(next(pieces), end="")
            app.shutting_down.set()
            print("the rest:", list(pieces))
