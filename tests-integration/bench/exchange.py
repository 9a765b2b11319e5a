"""One request to an ASGI app without a server: what a server makes for it, and nothing more.

A WebSocket is one request too, and all that is said on it.
"""

import asyncio
import time
from contextlib import asynccontextmanager
from itertools import cycle

CLIENT = ("127.0.0.1", 50000)
SERVER = ("127.0.0.1", 8000)
ASGI = {"version": "3.0", "spec_version": "2.3"}
SOCKET_ASGI = {"version": "3.0", "spec_version": "2.4"}
SECONDS_TO_ANSWER = 10


class AnswerError(Exception):
    """An app that answers otherwise than the table says; it is not timed."""


class Exchange:
    """The two callables of one request. A server makes an object like this for each."""

    __slots__ = ("chunks", "given")

    def __init__(self, chunks: list[bytes]) -> None:
        self.chunks = chunks
        self.given = 0

    async def receive(self):
        given, chunks = self.given, self.chunks
        if given == len(chunks):
            await asyncio.Event().wait()  # a client that stays and says no more
        self.given = given + 1
        more = given + 1 < len(chunks)
        return {"type": "http.request", "body": chunks[given], "more_body": more}

    async def send(self, message) -> None:
        pass


class Streamed(Exchange):
    """An exchange that tells of its end, as servers do: some apps wait for that behind a stream."""

    __slots__ = ("ended",)

    def __init__(self, chunks: list[bytes]) -> None:
        super().__init__(chunks)
        self.ended = asyncio.Event()

    async def receive(self):
        if self.given < len(self.chunks):
            return await super().receive()
        await self.ended.wait()
        return {"type": "http.disconnect"}

    async def send(self, message) -> None:
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self.ended.set()


class Talk(Exchange):
    """A WebSocket whose client says the next when the one before was answered, and then leaves.

    So an app that reads ahead gets no further than it would on the wire.
    """

    __slots__ = ("heard", "waiting")

    def __init__(self, chunks: list[str]) -> None:
        super().__init__(chunks)
        self.heard = 0
        self.waiting = None

    async def receive(self):
        given, texts = self.given, self.chunks
        self.given = given + 1
        if self.heard < given <= len(texts) + 1:
            self.waiting = asyncio.get_running_loop().create_future()
            await self.waiting
        if given == 0:
            return {"type": "websocket.connect"}
        if given <= len(texts):
            return {"type": "websocket.receive", "text": texts[given - 1]}
        return {"type": "websocket.disconnect", "code": 1000, "reason": ""}

    async def send(self, message) -> None:
        self.heard += 1
        if self.waiting is not None:
            waiting, self.waiting = self.waiting, None
            if not waiting.done():  # what read ahead may have been cancelled
                waiting.set_result(None)


def kind_of(request):
    """Give the class of a request's exchange, and what makes its scope."""
    if request.texts:
        return Talk, make_socket_scope
    return (Streamed if request.streams else Exchange), make_scope


def make_scope(request, path, headers, state):
    """Give a fresh scope with the keys uvicorn gives, the header list its own."""
    return {
        "type": "http",
        "asgi": ASGI,
        "http_version": "1.1",
        "server": SERVER,
        "client": CLIENT,
        "scheme": "http",
        "method": request.method,
        "root_path": "",
        "path": path,
        "raw_path": path.encode(),
        "query_string": request.query,
        "headers": headers,
        "state": state,
    }


def make_socket_scope(request, path, headers, state):
    """Give a fresh scope with the keys uvicorn gives for a WebSocket."""
    return {
        "type": "websocket",
        "asgi": SOCKET_ASGI,
        "http_version": "1.1",
        "scheme": "ws",
        "server": SERVER,
        "client": CLIENT,
        "root_path": "",
        "path": path,
        "raw_path": path.encode(),
        "query_string": request.query,
        "headers": headers,
        "subprotocols": [],
        "state": state,
        "extensions": {"websocket.http.response": {}},
    }


@asynccontextmanager
async def started(app):
    """Run the startup of an app's lifespan, give its state, run its shutdown after the block."""
    state = {}
    received, sent = asyncio.Queue(), asyncio.Queue()
    scope = {"type": "lifespan", "asgi": ASGI, "state": state}
    task = asyncio.create_task(app(scope, received.get, sent.put))
    await received.put({"type": "lifespan.startup"})
    await expect(sent, task, "lifespan.startup.complete")
    try:
        yield state
    finally:
        await received.put({"type": "lifespan.shutdown"})
        await expect(sent, task, "lifespan.shutdown.complete")
        await task


async def expect(sent, task, message_type) -> None:
    """Wait for one lifespan message of the app, or for the app's own exception."""
    waiting = asyncio.create_task(sent.get())
    await asyncio.wait(
        {waiting, task}, timeout=SECONDS_TO_ANSWER, return_when=asyncio.FIRST_COMPLETED
    )
    if not waiting.done():
        waiting.cancel()
        if task.done():
            task.result()
        raise AnswerError(f"the app did not send {message_type}")
    if waiting.result()["type"] != message_type:
        raise AnswerError(f"the app sent {waiting.result()} and not {message_type}")


async def ask(app, request, path, state):
    """Send one request, and give its scope and the messages the app sent."""
    make, make_its_scope = kind_of(request._replace(streams=True))  # which tells of the end
    exchange, sent = make(request.chunks), []
    scope = make_its_scope(request, path, request.headers, state.copy())

    async def send(message) -> None:
        sent.append(message)
        await exchange.send(message)

    try:
        async with asyncio.timeout(SECONDS_TO_ANSWER):
            await app(scope, exchange.receive, send)
    except Exception as error:
        raise AnswerError(f"raised {error!r} at {path}") from error
    return scope, sent


async def time_requests(app, request, state, count) -> float:
    """Give the processor's seconds that `count` requests took, the making of their scopes included.

    All threads' time counts, and none in which something else had the processor.
    """
    headers, chunks, paths = request.headers, request.chunks, cycle(request.paths)
    clock, (make, make_its_scope) = time.process_time, kind_of(request)
    begin = clock()
    for _ in range(count):
        exchange = make(chunks)
        scope = make_its_scope(request, next(paths), headers.copy(), state.copy())
        await app(scope, exchange.receive, exchange.send)
    return clock() - begin


async def time_making(request, state, count) -> float:
    """Give the seconds that the making of `count` requests takes when no app is called."""
    headers, chunks, paths = request.headers, request.chunks, cycle(request.paths)
    clock, (make, make_its_scope) = time.process_time, kind_of(request)
    begin = clock()
    for _ in range(count):
        exchange = make(chunks)
        scope = make_its_scope(request, next(paths), headers.copy(), state.copy())
        nothing(scope, exchange.receive, exchange.send)
    return clock() - begin


def nothing(scope, receive, send) -> None:
    """Stand where the app is called."""
