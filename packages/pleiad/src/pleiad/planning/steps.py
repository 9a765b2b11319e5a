"""The steps that only a route has, beside the calls and resources of `pleiad_di`."""

from collections.abc import Awaitable, Callable
from types import NoneType
from typing import Any

import msgspec

from pleiad.checking.conforms import Test
from pleiad_di import Call, Frame, Source, Step, run, write

__all__ = [
    "Block",
    "CallHandler",
    "IfUnanswered",
    "Prepare",
    "RunBackground",
    "SendContent",
    "SendPrepared",
]

RawHeader = tuple[bytes, bytes]


class Block(msgspec.Struct, frozen=True):
    """Steps whose resources close before the next step of the route.

    Attributes:
        steps: Nested already.
    """

    steps: tuple[Step, ...]

    def write(self, out: Source) -> None:
        """Write the steps."""
        write(self.steps, out)

    async def run(self, frame: Frame) -> None:
        """Run the steps."""
        await run(self.steps, frame)


class IfUnanswered(msgspec.Struct, frozen=True):
    """Goes on where the `before_request` hook gave no answer, else sends what it gave.

    Attributes:
        variable: Holds what the hook returned.
        then: The steps of the route.
        otherwise: The steps from the hook's answer on.
    """

    variable: str
    then: tuple[Step, ...]
    otherwise: tuple[Step, ...]

    def write(self, out: Source) -> None:
        """Write both branches."""
        out.open(f"if {self.variable} is None:")
        write(self.then, out)
        out.close()
        out.open("else:")
        write(self.otherwise, out)
        out.close()

    async def run(self, frame: Frame) -> None:
        """Run one of them."""
        await run(self.then if frame[self.variable] is None else self.otherwise, frame)


class CallHandler(msgspec.Struct, frozen=True):
    """`result = await handler(...)`, and a look at the result.

    PERF: what is of the one class that was declared is seen to be so without a call: 0.05 us. It is
    bound by a name that says nothing of it, so that routes which differ in it alone share their code.

    Attributes:
        call: The handler's call.
        test: What the result is held to, if to anything.
        gives: The variable that takes the result; `None` where nothing is done with it.
    """

    call: Call
    test: Test | None
    gives: str | None

    def write(self, out: Source) -> None:
        """Write the call and the check."""
        wait = "await " if self.call.awaits else ""
        before = "result = " if self.gives or self.test else ""
        out.call(f"{before}{wait}{self.call.callee(out)}(", self.call.texts(out))
        if self.test is not None:
            classes = [cls for cls in self.test.exact if cls]
            if len(classes) == 1:
                out.open(f"if {_is_other(classes[0], out)}:")
            out.line(f"{out.bind('check', self.test.run)}(result)")
            if len(classes) == 1:
                out.close()

    async def run(self, frame: Frame) -> None:
        """Call the handler and check what it returns."""
        result: Any = self.call.now(frame)
        if self.call.awaits:
            result = await result
        if self.test is not None:
            self.test.run(result)
        if self.gives:
            frame[self.gives] = result


def _is_other(cls: type[Any], out: Source) -> str:
    """Whether the result is of another class, as text."""
    if cls is NoneType:
        return "result is not None"
    return f"type(result) is not {out.bind('declared', cls)}"


class SendContent(msgspec.Struct, frozen=True):
    """The two messages of an encoded answer, written out.

    Attributes:
        status: The status code.
        headers: All headers but the content's length.
        content: The variable that holds the content; `None` for a status without content.
    """

    status: int
    headers: tuple[RawHeader, ...]
    content: str | None

    def write(self, out: Source) -> None:
        """Write the two sends."""
        names = [out.bind(_header_name(header), header) for header in self.headers]
        if self.content:
            names.append(f'(b"content-length", b"%d" % len({self.content}))')
        out.open("await send({")
        out.line('"type": "http.response.start",')
        out.line(f'"status": {self.status!r},')
        out.line(f'"headers": [{", ".join(names)}],')
        out.close()
        out.line("})")
        content = self.content or 'b""'
        out.line(f'await send({{"type": "http.response.body", "body": {content}}})')

    async def run(self, frame: Frame) -> None:
        """Send both."""
        content = frame[self.content] if self.content else b""
        length = ((b"content-length", b"%d" % len(content)),) if self.content else ()
        headers = [*self.headers, *length]
        start = {"type": "http.response.start", "status": self.status, "headers": headers}
        await frame["send"](start)
        await frame["send"]({"type": "http.response.body", "body": content})


class Prepare(msgspec.Struct, frozen=True):
    """`start, body = prepare(response, scope)`, or `await stream(response, scope, receive, send)`.

    A response that is sent piece by piece is sent here, while what it rests on is open; there is
    nothing left to send then.

    Attributes:
        make: Makes the two messages of a response.
        stream: Sends one piece by piece.
        responder: The variable of the responder that the client chose, where they take one.
    """

    make: Callable[..., tuple[Any, Any]]
    stream: Callable[..., Awaitable[None]]
    responder: str | None = None

    def write(self, out: Source) -> None:
        """Write both ways."""
        first = f"{self.responder}, " if self.responder else ""
        out.line("start = None")
        out.open("if response.streams:")
        stream = out.bind("stream", self.stream)
        out.line(f"await {stream}({first}response, scope, receive, send)")
        out.close()
        out.open("else:")
        prepare = out.bind("prepare", self.make)
        out.line(f"start, body = {prepare}({first}response, scope)")
        out.close()

    async def run(self, frame: Frame) -> None:
        """Go one of them."""
        first = (frame[self.responder],) if self.responder else ()
        response, scope = frame["response"], frame["scope"]
        frame["start"] = None
        if response.streams:
            await self.stream(*first, response, scope, frame["receive"], frame["send"])
        else:
            frame["start"], frame["body"] = self.make(*first, response, scope)


class SendPrepared(msgspec.Struct, frozen=True):
    """Sends the messages that a `Response` has become, unless it is sent already."""

    def write(self, out: Source) -> None:
        """Write a send for each."""
        out.open("if start is not None:")
        out.line("await send(start)")
        out.line("await send(body)")
        out.close()

    async def run(self, frame: Frame) -> None:
        """Send each."""
        if frame["start"] is not None:
            await frame["send"](frame["start"])
            await frame["send"](frame["body"])


class RunBackground(msgspec.Struct, frozen=True):
    """Runs the background task of a `Response`, if it has one."""

    def write(self, out: Source) -> None:
        """Write the question and the call."""
        out.open("if response.background is not None:")
        out.line("await response.background()")
        out.close()

    async def run(self, frame: Frame) -> None:
        """Run it."""
        if frame["response"].background is not None:
            await frame["response"].background()


def _header_name(header: RawHeader) -> str:
    """What the source calls a constant header: `JSON` for the type of JSON, else its own name."""
    return CONTENT_TYPES.get(header, header[0].decode("latin-1").replace("-", "_").upper())


CONTENT_TYPES = {
    (b"content-type", b"application/json"): "JSON",
    (b"content-type", b"text/plain; charset=utf-8"): "TEXT",
    (b"content-type", b"text/html; charset=utf-8"): "HTML",
    (b"content-type", b"application/vnd.msgpack"): "MSGPACK",
}
