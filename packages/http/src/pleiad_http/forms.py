"""Forms: urlencoded (WHATWG URL, section 5.1) and multipart (RFC 7578)."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from pleiad_http.body import read_body, stream_body
from pleiad_http.charsets import charset_of
from pleiad_http.exceptions import UnsupportedMediaTypeException
from pleiad_http.headers import content_type_in
from pleiad_http.limits import Limits
from pleiad_http.media_types import media_type_of
from pleiad_http.multidict import FormMultiDict
from pleiad_http.parts import MULTIPART, Part, Parts, not_a_form
from pleiad_http.query import parse_urlencoded
from pleiad_http.types import Receive, Scope
from pleiad_http.uploads import UploadFile, close_all

__all__ = ["FORM", "opened_form", "read_form", "read_urlencoded"]

URLENCODED = "application/x-www-form-urlencoded"

FORM = "pleiad.form"
"""Where the scope keeps a form that has been read, for middleware and route alike."""


@asynccontextmanager
async def opened_form(
    scope: Scope, receive: Receive, limits: Limits
) -> AsyncGenerator[FormMultiDict, None]:
    """The same as `read_form`; its files are closed at the end, whatever ends it.

    Where the form had been read before, closing it is left to whoever read it.
    """
    known: FormMultiDict | None = scope.get(FORM)
    if known is not None:
        yield known
        return
    async with await read_form(scope, receive, limits) as form:
        yield form


async def read_form(
    scope: Scope, receive: Receive, limits: Limits, assumed: str = ""
) -> FormMultiDict:
    """The fields and files of a form, read once and kept in the scope.

    Who reads it first closes the files; `filename*` is ignored, as RFC 7578, section 4.2, says.

    Args:
        scope: The request's.
        receive: The request's.
        limits: How large it may be.
        assumed: What content without a type is taken for.

    Raises:
        UnsupportedMediaTypeException: The content is no form, or its charset is unknown.
        RequestEntityTooLarge: A limit is exceeded.
        ClientException: 400: it is malformed.
        ClientDisconnected: The client left before it had sent all.
    """
    known: FormMultiDict | None = scope.get(FORM)
    if known is not None:
        return known
    content_type = content_type_in(scope) or assumed
    # PERF: most say a media type and nothing else: 0.3 us.
    read = _READERS.get(content_type) or _READERS.get(media_type_of(content_type))
    if read is None:
        raise not_a_form(content_type, "a form")
    form = scope[FORM] = await read(scope, receive, limits, content_type)
    return form


async def read_urlencoded(
    scope: Scope, receive: Receive, limits: Limits, content_type: str
) -> dict[str, list[Any]]:
    """The fields of a form, each with its values in order, where an urlencoded one is expected.

    See `read_form` for what it raises.

    PERF: of one that says so, and was not read before, no form is made: 18 of 63 thousand
    instructions. Its content is kept in the scope, so whoever asks for the form has the same.

    Args:
        scope: The request's.
        receive: The request's.
        limits: How large it may be.
        content_type: What the request says of its content.
    """
    # PERF: most say a media type and nothing else: 0.3 us.
    said = content_type == URLENCODED or media_type_of(content_type) == URLENCODED
    if FORM in scope or not said:
        return (await read_form(scope, receive, limits, assumed=URLENCODED)).dict()
    _expect_utf8(content_type)
    return parse_urlencoded(await read_body(scope, receive, limits.body), limits.fields)


async def _read_urlencoded(
    scope: Scope, receive: Receive, limits: Limits, content_type: str
) -> FormMultiDict:
    _expect_utf8(content_type)
    body = await read_body(scope, receive, limits.body)
    return FormMultiDict(parse_urlencoded(body, limits.fields))


def _expect_utf8(content_type: str) -> None:
    """WHATWG's urlencoded text is UTF-8, whatever is said of it: so nothing else may be said."""
    if charset_of(content_type) not in ("utf-8", "ascii"):
        raise UnsupportedMediaTypeException("An urlencoded form is UTF-8")


async def _read_multipart(
    scope: Scope, receive: Receive, limits: Limits, content_type: str
) -> FormMultiDict:
    parts = Parts(content_type, stream_body(scope, receive, limits.body), limits)
    items: list[tuple[str, Any]] = []
    files: list[UploadFile] = []
    content_types: list[tuple[str, str]] = []
    try:
        async for part in parts:
            content_types.append((part.name, part.content_type))
            if part.is_file:
                file = UploadFile(part.content_type, part.raw_filename, headers=part.headers)
                files.append(file)
                items.append((part.name, file))
                await _spool(part, file)
            else:
                items.append((part.name, await part.text()))
    except BaseException:
        await close_all(files)
        raise
    return FormMultiDict(items, content_types)


async def _spool(part: Part, file: UploadFile) -> None:
    while batch := await part.batch():
        await file.write_all(batch)
    await file.seek(0)


_READERS = {URLENCODED: _read_urlencoded, MULTIPART: _read_multipart}
