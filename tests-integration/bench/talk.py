"""A load of WebSockets: each client says the next when the one before was answered.

wrk speaks none. Every frame is made before the clock starts, and so is the answer that must come: what
is left to do for a message is to compare and to write, which takes less than any server does.
"""

import asyncio
import time
from itertools import cycle

import websockets
from answers import compared, differing
from exchange import AnswerError
from load import CONNECTIONS
from servers import SECONDS_TO_STOP, request_bytes

MASK = b"\x37\xfa\x21\x3d"
"""A client must mask what it says; a constant costs the server the same as a random one."""


async def check_talk(served, scenario) -> list[tuple[bytes, bytes]]:
    """Talk once and compare; give the frames, as a client sends each and as its answer comes."""
    asked, answered = scenario.request.texts, []
    url = f"ws://127.0.0.1:{served.port}{scenario.request.path}"
    try:
        async with (
            asyncio.timeout(SECONDS_TO_STOP),
            websockets.connect(url, compression=None, proxy=None) as socket,
        ):
            for text in asked:
                await socket.send(text)
                answered.append(await socket.recv())
    except (OSError, websockets.WebSocketException) as error:
        raise AnswerError(f"{scenario.name}: {error!r} after {len(answered)} messages") from error
    if found := differing(compared(scenario, answered)):
        raise AnswerError(f"{scenario.name}: " + "; ".join(found))
    return [(frame(a, MASK), frame(b)) for a, b in zip(asked, answered, strict=True)]


def frame(text, mask=b"") -> bytes:
    """Give the frame of a text of less than 64 KiB (RFC 6455, 5.2)."""
    content, masked = text.encode(), 0x80 if mask else 0
    count = len(content)
    size = bytes([masked | count]) if count < 126 else bytes([masked | 126, *divmod(count, 256)])
    if mask:
        content = bytes(byte ^ mask[n % 4] for n, byte in enumerate(content))
    return b"\x81" + size + mask + content


class Talks:
    """All clients of one server.

    Args:
        served: The server.
        request: The handshake.
        frames: What `check_talk` gave; they take turns.
    """

    def __init__(self, served, request, frames) -> None:
        self.served = served
        self.handshake = request_bytes(request)
        self.frames = cycle(frames)
        self.answered = 0
        self.over = False
        self.wrong = asyncio.get_running_loop().create_future()

    async def run(self, seconds) -> dict[str, float]:
        """Talk for a while: messages a second, and the server's processor time for each."""
        loop, served = asyncio.get_running_loop(), self.served
        opened = [
            await loop.create_connection(lambda: Talking(self), "127.0.0.1", served.port)
            for _ in range(CONNECTIONS)
        ]
        try:
            await asyncio.gather(*(talking.accepted for _, talking in opened))
            before, begin = served.processor_seconds(), time.perf_counter()
            for _, talking in opened:
                talking.say()
            await asyncio.wait({self.wrong}, timeout=seconds)
            took, spent = time.perf_counter() - begin, served.processor_seconds() - before
        finally:
            self.over = True
            for transport, _ in opened:
                transport.abort()
        if self.wrong.done() or not self.answered:
            reason = self.wrong.result() if self.wrong.done() else f"no answer in {seconds} s"
            raise AnswerError(f"{served.name}: {reason}")
        return {"per_second": self.answered / took, "server_us": spent / self.answered * 1e6}


class Talking(asyncio.Protocol):
    """One client."""

    def __init__(self, talks) -> None:
        self.talks = talks
        self.accepted = asyncio.get_running_loop().create_future()
        self.received = self.wanted = b""

    def connection_made(self, transport) -> None:
        self.transport = transport
        transport.write(self.talks.handshake)

    def say(self) -> None:
        said, self.wanted = next(self.talks.frames)
        self.transport.write(said)

    def data_received(self, data) -> None:
        received = self.received + data
        if received != self.wanted:
            self.received = received
            self.look()
        elif not self.talks.over:
            self.received = b""
            self.talks.answered += 1
            self.say()

    def look(self) -> None:
        """See whether the handshake is complete, or an answer not what it should be."""
        received = self.received
        if not self.accepted.done():
            if not received.endswith(b"\r\n\r\n"):
                return
            if received.startswith(b"HTTP/1.1 101 "):
                self.received = b""
                self.accepted.set_result(None)
                return
        elif self.wanted.startswith(received):
            return
        self.fail(f"{received[:200]!r} came, and not {self.wanted!r}")

    def connection_lost(self, error) -> None:
        self.fail(f"a connection was lost: {error!r}")

    def fail(self, reason) -> None:
        if self.talks.over:
            return
        if not self.accepted.done():
            self.accepted.set_exception(AnswerError(f"{self.talks.served.name}: {reason}"))
        elif not self.talks.wrong.done():
            self.talks.wrong.set_result(reason)
