"""Values become messages, and messages values."""

from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin

from pleiad_http import (
    DecodeError,
    Message,
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

Writer: TypeAlias = Callable[[Any], Message]
"""Makes a message to send of a value."""
MakeCheck: TypeAlias = Callable[[Any], Callable[[Any], Any] | None]
"""For a type, what holds values to it: returns its argument, or raises."""

KEYS: Mapping[Mode, str] = {"text": "text", "binary": "bytes"}
"""The key of an ASGI message that holds the content of each mode."""

AS_IT_COMES: Mapping[tuple[type[Any], Mode], Callable[[Any], Any]] = {
    (str, "text"): str,
    (str, "binary"): bytes.decode,
    (bytes, "text"): str.encode,
    (bytes, "binary"): bytes,
}
"""What makes text and bytes of the content of each mode."""

PACKED = "application/vnd.msgpack"
JSON = "application/json"


class Reader:
    """Makes values of received messages.

    Args:
        make: Makes a value of the content of a message; raises `DecodeError` or `UnicodeError`.
        mode: Whether that comes as text or as bytes.

    Attributes:
        of_text: Makes a value of a text that is known to be one; raises as `make`, and
            `UnsupportedMessage` where bytes are wanted. PERF: a thousand instructions less.
    """

    __slots__ = ("_make", "_mode", "of_text")

    def __init__(self, make: Callable[[Any], Any], mode: Mode) -> None:
        self._make = make
        self._mode: Mode = mode
        self.of_text = make if mode == "text" else self._refuse

    def __call__(self, message: Message) -> Any:
        """The value of a message.

        Raises:
            MessageError: The message is at fault.
        """
        content = content_of(message, self._mode)
        try:
            return self._make(content if isinstance(content, str) else bytes(content))
        except (DecodeError, UnicodeError) as error:
            raise InvalidMessage.of(error) from None

    def _refuse(self, _: str) -> Any:
        raise _unsupported(self._mode)


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
        return Reader(decoder_for(annotation, PACKED, self.type_decoders), mode)

    def _packer(self, annotation: Any, mode: Mode) -> Writer:
        return _encoded(encoder_for(annotation, PACKED, self.type_encoders), mode)

    def _reader(self, annotation: Any, mode: Mode) -> Reader:
        if is_received_raw(annotation):
            return Reader(AS_IT_COMES[annotation, mode], mode)
        return Reader(decoder_for(annotation, JSON, self.type_decoders), mode)

    def _writer(self, annotation: Any, mode: Mode) -> Writer:
        check = None if self._make_check is None else self._make_check(annotation)
        raw = is_sent_raw(annotation)
        encode = encoder_for(Any if raw else annotation, JSON, self.type_encoders)
        return _encoded(encode, mode, check, raw=raw)


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
        raise _unsupported(mode)
    return content


def _unsupported(mode: Mode) -> UnsupportedMessage:
    return UnsupportedMessage(f"Send {mode} messages")


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


def _encoded(
    encode: Callable[[Any], bytes],
    mode: Mode,
    check: Callable[[Any], Any] | None = None,
    *,
    raw: bool = False,
) -> Writer:
    """What makes messages of values.

    Args:
        encode: Makes their content.
        mode: Whether that is sent as text or as bytes.
        check: Holds a value to its type.
        raw: Whether text and bytes are sent as they are.
    """
    key, is_text = KEYS[mode], mode == "text"

    def write(value: Any) -> Message:
        if check is not None:
            check(value)
        if raw and isinstance(value, str | bytes):
            return message_of(value, mode)
        try:
            content = encode(value)
        except (TypeError, ValueError, RecursionError, OverflowError) as error:
            raise SerializationException(str(error)) from error
        try:  # PERF: as `message_of` does it, a call less
            return {"type": "websocket.send", key: content.decode() if is_text else content}
        except UnicodeDecodeError:
            return message_of(content, mode)

    return write


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
