"""The steps that take values out of a request, beside plain calls."""

from collections.abc import Callable

import msgspec

from pleiad_di import Frame, Source
from pleiad_http import ValidationException, read_body
from pleiad_params.body import DecodeBody
from pleiad_params.invalid import invalid, invalid_with_body

__all__ = ["Item", "NoErrors", "ReadBody", "Refuse"]


class Item(msgspec.Struct, frozen=True):
    """`gives = of["key"]`.

    Attributes:
        gives: The variable that takes the value.
        of: The variable of a mapping.
        key: A key that it certainly has.
    """

    gives: str
    of: str
    key: str

    def write(self, out: Source) -> None:
        """Write the one statement."""
        out.line(f"{self.gives} = {self.of}[{out.value(self.key)}]")

    async def run(self, frame: Frame) -> None:
        """Take the value."""
        frame[self.gives] = frame[self.of][self.key]


class NoErrors(msgspec.Struct, frozen=True):
    """`errors = []`."""

    def write(self, out: Source) -> None:
        """Write the one statement."""
        out.line("errors = []")

    async def run(self, frame: Frame) -> None:
        """Begin without errors."""
        frame["errors"] = []


class Refuse(msgspec.Struct, frozen=True):
    """`if errors: raise invalid(scope, errors)`.

    Attributes:
        decode: Decodes the content that is not read yet, where there is one.
        limit: The most bytes that it may have.
    """

    decode: DecodeBody | None = None
    limit: int | None = None

    def write(self, out: Source) -> None:
        """Write the check."""
        out.open("if errors:")
        if self.decode is None:
            out.line(f"raise {out.bind('invalid', invalid)}(scope, errors)")
        else:
            call = f"{out.bind('invalid_with_body', invalid_with_body)}("
            decode = out.bind("decode", self.decode)
            arguments = ["scope", "receive", "errors", decode, out.value(self.limit)]
            out.call(f"raise await {call}", arguments)
        out.close()

    async def run(self, frame: Frame) -> None:
        """Raise where something is wrong."""
        if frame["errors"]:
            raise await self._exception(frame)

    async def _exception(self, frame: Frame) -> ValidationException:
        if self.decode is None:
            return invalid(frame["scope"], frame["errors"])
        return await invalid_with_body(
            frame["scope"], frame["receive"], frame["errors"], self.decode, self.limit
        )


class ReadBody(msgspec.Struct, frozen=True):
    """`gives = decode(await read_body(scope, receive, limit, expect), errors)`.

    Attributes:
        gives: The variable that takes the value.
        limit: The most bytes that the content may have.
        expect: Refuses content of another type, if any may be refused; what says no type passes.
        decode: Makes the value; `None` where it is the bytes themselves.
    """

    gives: str
    limit: int | None
    expect: Callable[[bytes], None] | None
    decode: DecodeBody | None

    def write(self, out: Source) -> None:
        """Write the reading."""
        arguments = ["scope", "receive", out.value(self.limit)]
        if self.expect is not None:
            arguments.append(out.bind(self.expect.__name__, self.expect))
        read = f"await {out.bind('read_body', read_body)}({', '.join(arguments)})"
        if self.decode is None:
            out.line(f"{self.gives} = {read}")
        else:
            out.line(f"{self.gives} = {out.bind('decode', self.decode)}({read}, errors)")

    async def run(self, frame: Frame) -> None:
        """Read it."""
        content = await read_body(frame["scope"], frame["receive"], self.limit, self.expect)
        value = content if self.decode is None else self.decode(content, frame["errors"])
        frame[self.gives] = value
