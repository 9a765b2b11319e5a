"""Values become messages, and messages values."""

from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin

from pleiad_http import (
    DecodeError,
    Message,
    Problem,
    SerializationException,
    TypeDecoders,
    TypeEncoders,
    decoder_for,
    encoder_for,
)
from pleiad_websockets.errors import InvalidMessage, UnsupportedMessage

__all__ = [
    "Codec",
    "Mode",
    "Reader",
    "Writer",
    "content_of",
    "is_received_raw",
    "is_sent_raw",
    "message_of",
]

Mode: TypeAlias = Literal["text", "binary"]
"""The kind of message."""

Reader: TypeAlias = Callable[[Message], Any]
"""Makes a value of a received message, or raises a `MessageError`."""
Writer: TypeAlias = Callable[[Any], Message]
"""Makes a message to send of a value."""
MakeCheck: TypeAlias = Callable[[Any], Callable[[Any], Any] | None]
"""For a type, what holds values to it: returns its argument, or raises."""

KEYS: Mapping[Mode, str] = {"text": "text", "binary": "bytes"}
"""The key of an ASGI message that holds the content of each mode."""

PACKED = "application/vnd.msgpack"
JSON = "application/json"


class Codec:
    """Makes the readers and writers of a program's types, each once.

    Args:
        type_encoders: For classes that no codec knows.
        type_decoders: For classes that no codec knows.
        make_check: Makes what holds a value that is sent to its type; none is held where it is not
            given.
    """

    __slots__ = (
        "_make_check",
        "_packers",
        "_readers",
        "_unpackers",
        "_writers",
        "type_decoders",
        "type_encoders",
    )

    def __init__(
        self,
        type_encoders: TypeEncoders | None = None,
        type_decoders: TypeDecoders = (),
        make_check: MakeCheck | None = None,
    ) -> None:
        self.type_encoders = type_encoders or {}
        self.type_decoders = type_decoders
        self._make_check = make_check
        self._readers: dict[tuple[Any, Mode], Reader] = {}
        self._writers: dict[tuple[Any, Mode], Writer] = {}
        self._unpackers: dict[tuple[Any, Mode], Reader] = {}
        self._packers: dict[tuple[Any, Mode], Writer] = {}

    def reader(self, annotation: Any, mode: Mode = "text") -> Reader:
        """What makes values of a type: `str` and `bytes` as they come, all else out of JSON.

        Raises:
            SerializationException: No codec makes values of the type.
        """
        read: Reader = _kept(self._readers, (annotation, mode), self._reader)
        return read

    def writer(self, annotation: Any, mode: Mode = "text") -> Writer:
        """What makes messages of values of a type: `str` and `bytes` as they are, else JSON."""
        write: Writer = _kept(self._writers, (annotation, mode), self._writer)
        return write

    def unpacker(self, annotation: Any) -> Reader:
        """What makes values of a type out of MessagePack, which comes as bytes."""
        read: Reader = _kept(self._unpackers, (annotation, "binary"), self._unpacker)
        return read

    def packer(self, annotation: Any) -> Writer:
        """What makes MessagePack of values of a type."""
        write: Writer = _kept(self._packers, (annotation, "binary"), self._packer)
        return write

    def _unpacker(self, annotation: Any, mode: Mode) -> Reader:
        decode = decoder_for(annotation, PACKED, self.type_decoders)
        return lambda message: _decoded(decode, content_of(message, mode))

    def _packer(self, annotation: Any, mode: Mode) -> Writer:
        encode = encoder_for(annotation, PACKED, self.type_encoders)
        return lambda value: message_of(_encoded(encode, value), mode)

    def _reader(self, annotation: Any, mode: Mode) -> Reader:
        if is_received_raw(annotation):
            return _raw(annotation, mode)
        decode = decoder_for(annotation, JSON, self.type_decoders)

        def read(message: Message) -> Any:
            return _decoded(decode, _client_bytes(content_of(message, mode)))

        return read

    def _writer(self, annotation: Any, mode: Mode) -> Writer:
        check = None if self._make_check is None else self._make_check(annotation)
        raw = is_sent_raw(annotation)
        encode = encoder_for(Any if raw else annotation, JSON, self.type_encoders)

        def write(value: Any) -> Message:
            if check is not None:
                check(value)
            if raw and isinstance(value, str | bytes):
                return message_of(value, mode)
            return message_of(_encoded(encode, value), mode)

        return write


def is_received_raw(annotation: Any) -> bool:
    """Whether text and bytes of the type are taken as they come, and not out of JSON."""
    return annotation in (str, bytes)


def is_sent_raw(annotation: Any) -> bool:
    """Whether text and bytes of the type are sent as they are: elsewhere they would not come back."""
    union = get_origin(annotation) in (Union, UnionType)
    members = get_args(annotation) if union else (annotation,)
    return all(each in (str, bytes, NoneType) for each in members) or annotation in (Any, object)


def content_of(message: Message, mode: Mode) -> Any:
    """The content of a received message.

    Raises:
        UnsupportedMessage: It is of the other mode.
    """
    content = message.get(KEYS[mode])
    if content is None:
        raise UnsupportedMessage(f"Send {mode} messages")
    return content


def message_of(content: str | bytes, mode: Mode) -> Message:
    """The ASGI message that sends text or bytes, in UTF-8 where one is to be the other.

    Raises:
        SerializationException: It is neither, or no UTF-8.
    """
    try:
        if mode == "text" and type(content) is bytes:  # PERF: what channels send
            return {"type": "websocket.send", "text": content.decode()}
        if mode == "binary":
            data = content.encode() if isinstance(content, str) else bytes(content)
            return {"type": "websocket.send", "bytes": data}
        text = content if isinstance(content, str) else bytes(content).decode()
    except (UnicodeError, TypeError, ValueError) as error:
        raise SerializationException(
            f"{type(content).__name__} cannot be sent as a {mode} message: {error}"
        ) from None
    return {"type": "websocket.send", "text": text}


def _raw(annotation: Any, mode: Mode) -> Reader:
    """What takes the content as it comes, as text or as bytes."""
    make = _client_bytes if annotation is bytes else _client_text
    return lambda message: make(content_of(message, mode))


def _client_bytes(content: str | bytes) -> bytes:
    try:
        return content.encode() if isinstance(content, str) else bytes(content)
    except UnicodeEncodeError:
        raise InvalidMessage([Problem("Not UTF-8")]) from None


def _client_text(content: str | bytes) -> str:
    try:
        return content if isinstance(content, str) else bytes(content).decode()
    except UnicodeDecodeError:
        raise InvalidMessage([Problem("Not UTF-8")]) from None


def _decoded(decode: Callable[[bytes], Any], content: bytes) -> Any:
    try:
        return decode(content)
    except DecodeError as error:
        raise InvalidMessage(error.problems) from None


def _encoded(encode: Callable[[Any], bytes], value: Any) -> bytes:
    try:
        return encode(value)
    except (TypeError, ValueError, RecursionError, OverflowError) as error:
        raise SerializationException(str(error)) from error


def _kept(
    known: dict[tuple[Any, Mode], Any], key: tuple[Any, Mode], make: Callable[[Any, Mode], Any]
) -> Any:
    """What was made before; the keys are types of the program, never a client's."""
    try:
        found = known.get(key)
    except TypeError:  # what stands in `Annotated[...]` may be anything
        return make(*key)
    if found is None:
        found = known[key] = make(*key)
    return found
