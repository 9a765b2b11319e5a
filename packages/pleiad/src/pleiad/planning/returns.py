"""What a return annotation says: the shape of the answer, its content, its status and media type."""

import dis
import inspect
import typing
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Callable,
    Generator,
    Iterator,
    Mapping,
)
from enum import Enum
from types import CodeType, NoneType, UnionType
from typing import Any, get_args, get_origin

import msgspec

from pleiad_http import ASGIApp, JSONLines, MediaType, Redirect, Response, ServerSentEvent, Stream
from pleiad_http import ServerSentEventMessage as Event

__all__ = ["NO_CONTENT", "Returns", "Shape", "holds_iterator", "returned_value", "returns_of"]

NO_CONTENT = frozenset({*range(100, 200), 204, 205, 304})
"""The statuses whose responses have no content (RFC 9110, section 15)."""


class Shape(Enum):
    """How an answer is made of what a handler returns."""

    VALUE = "a value, encoded"
    RESPONSE = "a response, or something that becomes one"
    STREAM = "a response that is sent piece by piece"
    APP = "an ASGI application that answers by itself"


class Returns(msgspec.Struct, frozen=True):
    """A return annotation understood.

    Attributes:
        declared: The annotation.
        shape: How the answer is made.
        cls: The class that it names, without its arguments; `None` for a union.
        content: The annotation of what is encoded: `T` of `Response[T]`.
        items: For an iterator, the class of the response that sends its items; their annotation is
            the content then.
    """

    declared: Any
    shape: Shape
    cls: type[Any] | None
    content: Any
    items: type[Stream[Any]] | None = None

    @property
    def nothing(self) -> bool:
        """Whether the handler returns no value."""
        return self.content in (None, NoneType)

    def is_a(self, cls: type[Any]) -> bool:
        """Whether it names that class or a subclass."""
        return self.cls is not None and issubclass(self.cls, cls)

    def status(self, method: str) -> int:
        """The status of a successful response, where the handler says nothing else."""
        for cls, status in _STATUSES.items():
            if issubclass(self.items or self.cls or object, cls):
                return status
        if method == "DELETE":
            return 204 if self.nothing and self.shape is Shape.VALUE else 200
        return 201 if method == "POST" else 200

    @property
    def says_itself(self) -> frozenset[str]:
        """The options of a handler that would be ignored: what it returns says these things."""
        if self.shape is Shape.APP:
            return frozenset({"media_type", "status_code"})
        returned: Any = self.items or self.cls or object
        known = _SAYING_ITSELF if self.items is None else _YIELDED
        return next((own for cls, own in known.items() if issubclass(returned, cls)), _NONE)

    def media_type(self) -> str:
        """The media type of the content, where the handler says nothing else."""
        cls: Any = self.items or self.cls
        if self.shape is Shape.STREAM and self.content is not str:
            return _STREAMED.get(cls, "application/octet-stream")
        return str(MediaType.TEXT.value if self.content in (str, bytes) else MediaType.JSON.value)


def returns_of(annotation: Any) -> Returns:
    """Understand a return annotation."""
    plain = get_args(annotation)[0] if get_origin(annotation) is typing.Annotated else annotation
    if plain is None:
        plain = NoneType
    if plain in (Any, object):
        return Returns(annotation, Shape.RESPONSE, None, Any)
    origin = get_origin(plain)
    if origin in (typing.Union, UnionType):
        members = [returns_of(each) for each in get_args(plain)]
        if all(each.shape is Shape.VALUE for each in members):
            return Returns(annotation, Shape.VALUE, None, plain)
        contents = tuple(each.content for each in members)
        return Returns(annotation, Shape.RESPONSE, None, typing.Union[contents])  # noqa: UP007
    found: Any = origin or plain
    cls: Any = found if isinstance(found, type) else None
    if _is_response(plain):
        shape = Shape.STREAM if cls.streams else Shape.RESPONSE
        return Returns(annotation, shape, cls, _content(plain))
    if origin in _ITERATORS:
        item = (*get_args(plain), Any)[0]
        return Returns(annotation, Shape.STREAM, cls, item, _sends(item))
    if plain == ASGIApp or _is_app(plain):
        return Returns(annotation, Shape.APP, cls, Any)
    return Returns(annotation, Shape.VALUE, cls, plain)


_ITERATORS = (AsyncIterator, AsyncIterable, AsyncGenerator, Iterator, Generator)
_STATUSES: Mapping[type[Any], int] = {Redirect: 302, ServerSentEvent: 200}
"""The statuses of responses that have one of their own."""
_NONE: frozenset[str] = frozenset()
_YIELDED: Mapping[type[Any], frozenset[str]] = {
    ServerSentEvent: frozenset({"media_type", "status_code"})
}
_SAYING_ITSELF: Mapping[type[Any], frozenset[str]] = {
    **_YIELDED,
    JSONLines: frozenset({"media_type"}),
    Redirect: frozenset({"media_type"}),
}
"""The options that responses say themselves; JSON lines made of what is yielded do not."""
_STREAMED: Mapping[Any, str] = {
    JSONLines: "application/jsonl",
    ServerSentEvent: "text/event-stream",
}


def _sends(item: Any) -> type[Stream[Any]]:
    """What sends items: events as an event stream, text and bytes as they are, the rest as JSON."""
    members = get_args(item) if get_origin(item) in (typing.Union, UnionType) else (item,)
    if Event in members:
        return ServerSentEvent
    return Stream if item in (str, bytes) else JSONLines


def holds_iterator(annotation: Any) -> bool:
    """Whether an annotation is a union with an iterator: nobody could tell its items from a value."""
    if get_origin(annotation) not in (typing.Union, UnionType):
        return False
    return any(get_origin(each) in _ITERATORS for each in get_args(annotation))


def _is_response(annotation: Any) -> bool:
    cls = get_origin(annotation) or annotation
    return isinstance(cls, type) and issubclass(cls, Response)


def _content(annotation: Any) -> Any:
    """`T` of `Response[T]`, also where a subclass has bound it."""
    arguments = get_args(annotation)
    if arguments:
        return arguments[0]
    for base in getattr(annotation, "__orig_bases__", ()):
        if _is_response(base) and get_args(base):
            content = get_args(base)[0]
            return Any if isinstance(content, typing.TypeVar) else content
    return Any


def _is_app(annotation: Any) -> bool:
    call = vars(annotation).get("__call__") if isinstance(annotation, type) else None
    if not inspect.isfunction(call):
        return False
    return list(inspect.signature(call).parameters)[1:] == ["scope", "receive", "send"]


_DISPLAYS = ("BUILD_", "LIST_EXTEND", "DICT_UPDATE", "DICT_MERGE", "SET_UPDATE", "FORMAT_")


def returned_value(function: Callable[..., Any]) -> str | None:
    """What a function provably returns besides `None`, such as `a dict`; `None` if nothing is certain.

    Seen in the bytecode: a constant, a display or an f-string right before a return.
    """
    code = getattr(inspect.unwrap(function), "__code__", None)
    if not isinstance(code, CodeType) or code.co_flags & (
        inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR
    ):
        return None
    return next((found for found in map(_described, _returned(code)) if found), None)


def _returned(code: CodeType) -> Iterator[dis.Instruction]:
    """The instruction that puts each returned value on the stack."""
    previous: dis.Instruction | None = None
    for instruction in dis.get_instructions(code):
        if instruction.opname == "RETURN_CONST":
            yield instruction
        elif instruction.opname == "RETURN_VALUE" and previous is not None:
            yield previous
        if instruction.opname not in ("NOP", "CACHE", "RESUME"):
            previous = instruction


def _described(instruction: dis.Instruction) -> str | None:
    name = instruction.opname
    if name in ("LOAD_CONST", "RETURN_CONST"):
        return None if instruction.argval is None else f"{instruction.argval!r:.40}"
    if name.startswith(_DISPLAYS):
        kind = next((k for k in ("MAP", "DICT", "LIST", "SET", "TUPLE") if k in name), "STRING")
        return {"MAP": "a dict", "DICT": "a dict", "STRING": "a string"}.get(
            kind, f"a {kind.lower()}"
        )
    return None
