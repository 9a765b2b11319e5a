"""The content of a request where it may be of several media types, or is a form.

What decodes a single JSON or MessagePack document stands in `body`: nearly every route needs no more.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import msgspec

from pleiad_di import MISSING
from pleiad_http import (
    FORM,
    MSGPACK,
    ClientException,
    DecodeError,
    FormMultiDict,
    Limits,
    Receive,
    Scope,
    TypeDecoders,
    UnsupportedMediaTypeException,
    charset_of,
    decoder_for,
    encode_msgpack,
    is_json,
    media_type_of,
    read_body,
    read_form,
    read_urlencoded,
)
from pleiad_http.headers import content_type_in
from pleiad_params.body import body_decoder
from pleiad_params.constraints import content_hold, held
from pleiad_params.convert import stripped
from pleiad_params.forms import FormValue, form_value_for, json_to_text
from pleiad_params.reading import Errors, told

__all__ = ["FORMS", "Content", "MediaDecoders", "Wanted", "content_for", "form_content", "is_form"]

MediaDecoders: TypeAlias = Mapping[str, Callable[[bytes], Any]]
"""For further media types, what makes builtins of their content. It may raise anything."""

MULTIPART = "multipart/form-data"
FORMS = ("application/x-www-form-urlencoded", MULTIPART)

Read: TypeAlias = Callable[[Scope, Receive, str, Errors], Awaitable[Any]]
"""Reads the content, of this `Content-Type`, and makes the value; what is wrong is noted."""


def is_form(media_type: str) -> bool:
    """Whether content of the type is a form."""
    return media_type_of(media_type) in FORMS


class Content(msgspec.Struct, frozen=True):
    """Reads content by its media type.

    Attributes:
        readers: What reads each media type; content without a type is taken for the first.
        accepted: The media types, as an error tells them.
    """

    readers: Mapping[str, Read]
    accepted: str

    @property
    def brings_files(self) -> bool:
        """Whether content of one of the media types may."""
        return MULTIPART in self.readers

    # PERF: a function that returns the coroutine costs a third of one that awaits it.
    def read(self, scope: Scope, receive: Receive, errors: Errors) -> Awaitable[Any]:
        """The value, where the content brings no files.

        Raises:
            UnsupportedMediaTypeException: 415: the content is of none of the media types.
        """
        content_type = content_type_in(scope)
        return self._reader(content_type)(scope, receive, content_type, errors)

    @asynccontextmanager
    async def opened(
        self, scope: Scope, receive: Receive, errors: Errors
    ) -> AsyncGenerator[Any, None]:
        """The value; its files are open for as long as the `async with` lasts.

        Raises:
            UnsupportedMediaTypeException: 415: the content is of none of the media types.
        """
        content_type = content_type_in(scope)
        read = self._reader(content_type)
        try:
            yield await read(scope, receive, content_type, errors)
        finally:
            form: FormMultiDict | None = scope.get(FORM)
            if form is not None:
                await form.close()

    def _reader(self, content_type: str) -> Read:
        # PERF: most say a media type and nothing else: 0.3 us
        read = self.readers.get(content_type)
        if read is not None:
            return read
        media_type = media_type_of(content_type)
        if not media_type:
            return next(iter(self.readers.values()))
        read = self.readers.get(media_type)
        if read is None and media_type.endswith("+json"):
            read = self.readers.get("application/json")
        if read is None:
            shown = f"'{media_type}'" if media_type.isprintable() else "another media type"
            raise UnsupportedMediaTypeException(f"The content is {shown:.90}: send {self.accepted}")
        return read


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What content is to become.

    Attributes:
        annotation: Its type.
        key: What it is called as a whole, in an error.
        default: What no content at all means; `MISSING` where that is an error.
        meta: What it must be like.
        validators: pydantic's own, which are given the value.
        limits: How large and how deep it may be.
        refuses_unknown: For a form and a model: whether another name is an error.
        type_decoders: For types that no codec knows.
        media_decoders: For media types that are neither JSON, MessagePack, text nor a form.
    """

    annotation: Any
    key: str
    default: Any = MISSING
    meta: msgspec.Meta | None = None
    validators: Sequence[Any] = ()
    limits: Limits
    refuses_unknown: bool = False
    type_decoders: TypeDecoders = ()
    media_decoders: MediaDecoders = {}


def content_for(media_types: tuple[str, ...], wanted: Wanted) -> Content:
    """What reads content of one of several media types.

    Args:
        media_types: The first is what content without a type is taken for.
        wanted: What it is to become.

    Raises:
        TypeError: Content of one of the media types cannot become that.
    """
    readers = {media_type_of(each): _reader(media_type_of(each), wanted) for each in media_types}
    return Content(readers, " or ".join(readers))


def form_content(value: FormValue, limits: Limits) -> Content:
    """What reads a form of either media type."""
    readers = {each: _form(each, value, limits, MISSING) for each in FORMS}
    return Content(readers, " or ".join(FORMS))


def _reader(media_type: str, wanted: Wanted) -> Read:
    """What reads content of one media type."""
    plain, _ = stripped(wanted.annotation)
    if is_form(media_type):
        value = form_value_for(
            wanted.annotation,
            key=wanted.key,
            limits=wanted.limits,
            refuses_unknown=wanted.refuses_unknown,
            type_decoders=wanted.type_decoders,
        )
        return _held(_form(media_type, value, wanted.limits, wanted.default), wanted)
    decode = wanted.media_decoders.get(media_type)
    if decode is not None:
        return _held(_by_decoder(decode, wanted), wanted)
    if is_json(media_type) or media_type in MSGPACK:
        return _document(media_type, wanted)
    if plain is bytes:
        return _held(_raw(wanted.limits), wanted)
    if plain is str and media_type.startswith("text/"):
        return _held(_text(wanted), wanted)
    raise TypeError(
        f"no codec reads '{media_type}': take it as bytes, or give it a decoder (media_decoders)"
    )


def _held(read: Read, wanted: Wanted) -> Read:
    """The reader, followed by a look at the value; a document's decoder looks itself."""
    hold = content_hold(wanted.annotation, wanted.meta, wanted.validators)
    if hold is None:
        return read

    async def read_held(scope: Scope, receive: Receive, content_type: str, errors: Errors) -> Any:
        before = len(errors)
        value = await read(scope, receive, content_type, errors)
        if len(errors) > before or value is wanted.default:
            return value
        return held(hold, value, wanted.key, errors)

    return read_held


def _document(media_type: str, wanted: Wanted) -> Read:
    decode = body_decoder(
        wanted.annotation,
        key=wanted.key,
        media_type=media_type,
        meta=wanted.meta,
        validators=wanted.validators,
        default=wanted.default,
        type_decoders=wanted.type_decoders,
        depth=wanted.limits.depth,
    )

    async def read(scope: Scope, receive: Receive, content_type: str, errors: Errors) -> Any:
        return decode(await read_body(scope, receive, wanted.limits.body), errors)

    return read


def _raw(limits: Limits) -> Read:
    async def read(scope: Scope, receive: Receive, content_type: str, errors: Errors) -> bytes:
        return await read_body(scope, receive, limits.body)

    return read


def _text(wanted: Wanted) -> Read:
    async def read(scope: Scope, receive: Receive, content_type: str, errors: Errors) -> str:
        content = await read_body(scope, receive, wanted.limits.body)
        charset = charset_of(content_type)
        try:
            return content.decode(charset)
        except UnicodeDecodeError:
            raise ClientException(f"The content is not {charset}") from None

    return read


def _by_decoder(decode: Callable[[bytes], Any], wanted: Wanted) -> Read:
    """A user's decoder makes builtins; what they must be is then seen as in any document.

    Many formats know nothing but text, so text that reads as a number is one.
    """
    typed = decoder_for(
        wanted.annotation, "application/vnd.msgpack", wanted.type_decoders, strict=False
    )

    async def read(scope: Scope, receive: Receive, content_type: str, errors: Errors) -> Any:
        content = await read_body(scope, receive, wanted.limits.body)
        try:
            builtins = encode_msgpack(decode(content))
        except Exception:  # noqa: BLE001 - whatever it raises, it is the content that is at fault
            raise ClientException("Malformed content") from None
        try:
            return typed(builtins)
        except DecodeError as error:
            errors.extend(told(error, "body", whole=wanted.key))
            return None

    return read


def _form(media_type: str, value: FormValue, limits: Limits, default: Any) -> Read:
    return (_multipart if media_type == MULTIPART else _urlencoded)(value, limits, default)


def _urlencoded(value: FormValue, limits: Limits, default: Any) -> Read:
    # PERF: a form of nothing but text is not made an object, nor looked through for JSON in files.
    async def read(scope: Scope, receive: Receive, content_type: str, errors: Errors) -> Any:
        found = await read_urlencoded(scope, receive, limits, content_type)
        if not found and default is not MISSING:
            return default
        return value.read(found, errors)

    return read


def _multipart(value: FormValue, limits: Limits, default: Any) -> Read:
    async def read(scope: Scope, receive: Receive, content_type: str, errors: Errors) -> Any:
        # Without a type it is taken for what is declared; a multipart form would say its boundary.
        form = await read_form(scope, receive, limits, assumed=FORMS[0])
        if not form and default is not MISSING:
            return default
        found = form.dict()
        if value.json:
            await json_to_text(found, value.json, limits)
        return value.read(found, errors)

    return read
