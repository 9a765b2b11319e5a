import contextlib
import tracemalloc
from collections.abc import Callable
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pleiad_http import (
    FORM,
    ClientDisconnected,
    ClientException,
    FormMultiDict,
    HTTPException,
    Limits,
    RequestEntityTooLarge,
    UnsupportedMediaTypeException,
    UploadFile,
    forms,
    opened_form,
    read_form,
)
from pleiad_http.forms import URLENCODED, read_urlencoded

pytestmark = pytest.mark.anyio
MULTIPART = "multipart/form-data; boundary=B"
Scope = Callable[..., dict[str, Any]]
NO_LIMITS = Limits()


def part(name: str, content: bytes, filename: str | None = None, *headers: str) -> bytes:
    disposition = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        disposition += f'; filename="{filename}"'
    head = "\r\n".join([disposition, *headers])
    return b"--B\r\n" + head.encode() + b"\r\n\r\n" + content + b"\r\n"


def form_of(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--B--\r\n"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[UploadFile]:
    """Every file that is opened."""
    files: list[UploadFile] = []

    class Kept(UploadFile):
        __slots__ = ()

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            files.append(self)

    monkeypatch.setattr(forms, "UploadFile", Kept)
    return files


@pytest.fixture
def read(scope: Scope, channel: Any) -> Callable[..., Any]:
    async def read(
        content: bytes, content_type: str = MULTIPART, limits: Limits = NO_LIMITS, chunk: int = 0
    ) -> FormMultiDict:
        size = chunk or len(content) or 1
        chunks = [content[i : i + size] for i in range(0, len(content), size)] or [b""]
        return await read_form(scope(("content-type", content_type)), channel(*chunks), limits)

    return read


async def test_urlencoded(read: Any) -> None:
    form = await read(b"a=1&b=x+y&a=%C3%A9", "application/x-www-form-urlencoded")
    assert form.dict() == {"a": ["1", "é"], "b": ["x y"]}


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "us-ascii"])
async def test_urlencoded_is_utf_8(charset: str, read: Any) -> None:
    form = await read(b"a=1", f"application/x-www-form-urlencoded; charset={charset}")
    assert form["a"] == "1"


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1", "zlib", "idna", "x" * 1000])
async def test_urlencoded_is_nothing_else(charset: str, read: Any) -> None:
    with pytest.raises(UnsupportedMediaTypeException):
        await read(b"a=1", f"application/x-www-form-urlencoded; charset={charset}")


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/json", "multipart/mixed; boundary=B", "a\x1b[31m"],
)
async def test_other_media_types_are_a_415(content_type: str, read: Any) -> None:
    with pytest.raises(UnsupportedMediaTypeException) as caught:
        await read(b"", content_type)
    assert caught.value.detail.isprintable()


CONTENT = form_of(
    part("a", b"1"),
    part("a", "é\r\n--A".encode()),
    part("file", b"\x00\xff\r\n-", "x.bin", "Content-Type: image/png", "X-A: ü"),
    part("empty", b"", ""),
    part("", b"no name"),
)


@pytest.mark.parametrize("chunk", [0, 1, 2, 7, 64])
async def test_multipart_however_it_is_cut(chunk: int, read: Any) -> None:
    form = await read(CONTENT, chunk=chunk)
    assert form.getall("a") == ["1", "é\r\n--A"]
    assert form[""] == "no name"
    file = form["file"]
    assert isinstance(file, UploadFile)
    assert await file.read() == b"\x00\xff\r\n-"
    assert (file.filename, file.content_type, file.size) == ("x.bin", "image/png", 5)
    assert file.headers["x-a"].encode("latin-1").decode() == "ü"
    empty = form["empty"]
    assert (empty.filename, empty.size, empty.content_type) == ("", 0, "application/octet-stream")
    await form.close()
    assert file.file.closed


async def test_a_quoted_boundary(read: Any) -> None:
    form = await read(form_of(part("a", b"1")), 'multipart/form-data; boundary="B"')
    assert form["a"] == "1"


async def test_preamble_and_epilogue_are_ignored(read: Any) -> None:
    content = b"preamble\r\n" + form_of(part("a", b"1")) + b"epilogue" * 1000
    assert (await read(content)).dict() == {"a": ["1"]}
    assert (await read(content, chunk=3)).dict() == {"a": ["1"]}


async def test_no_parts(read: Any) -> None:
    assert len(await read(b"--B--\r\n")) == 0


@pytest.mark.parametrize(
    ("charset", "content"),
    [
        ("utf-8", "é".encode()),
        ("ISO-8859-1", b"\xe9"),
        ("utf-16", "é".encode("utf-16")),
        ("us-ascii", b"e"),
    ],
)
async def test_charsets_of_a_field(charset: str, content: bytes, read: Any) -> None:
    head = f"Content-Type: text/plain; charset={charset}"
    form = await read(form_of(part("a", content, None, head)))
    assert form["a"] in ("é", "e")


async def test_charsets_of_a_file_are_its_own_business(read: Any) -> None:
    form = await read(
        form_of(part("a", b"\xe9", "a.txt", "Content-Type: text/plain; charset=windows-1252"))
    )
    assert await form["a"].read() == b"\xe9"
    await form.close()


@pytest.mark.parametrize(
    ("content", "status"),
    [
        pytest.param(b"", 400, id="nothing"),
        pytest.param(b"garbage", 400, id="garbage"),
        pytest.param(part("a", b"1"), 400, id="no end"),
        pytest.param(b"--B\r\n\r\n1\r\n--B--", 400, id="no head"),
        pytest.param(b"--B\r\nContent-Disposition: form-data\r\n\r\n1\r\n--B--", 400, id="no name"),
        pytest.param(
            b"--B\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--B--",
            400,
            id="no form-data",
        ),
        pytest.param(b"--B\r\nNo colon\r\n\r\n1\r\n--B--", 400, id="bad head"),
        pytest.param(b"--B\nContent-Disposition: form-data; name=a\n\n1\n--B--", 400, id="bare LF"),
        pytest.param(form_of(part("a", b"\xff")), 400, id="no UTF-8"),
        pytest.param(
            form_of(part("a", b"x", None, "Content-Type: text/plain; charset=utf-16")),
            400,
            id="no UTF-16",
        ),
        pytest.param(
            form_of(part("a", b"x", None, "Content-Type: text/plain; charset=zip")),
            415,
            id="unknown charset",
        ),
        pytest.param(
            form_of(b'--B\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n1\r\n'),
            400,
            id="no UTF-8 name",
        ),
        pytest.param(form_of(part("a", b"1", None, "Content-Length: 5")), 400, id="a wrong length"),
    ],
)
async def test_malformed(content: bytes, status: int, read: Any) -> None:
    for chunk in (0, 1):
        with pytest.raises(ClientException) as caught:
            await read(content, chunk=chunk)
        assert caught.value.status_code == status


@pytest.mark.parametrize(
    "boundary", ["", "B" * 201, "B" * 100_000, "é", "a\x00", "a\tb"], ids=lambda b: ascii(b)[:8]
)
async def test_boundaries(boundary: str, read: Any) -> None:
    with pytest.raises(ClientException, match="boundary") as caught:
        await read(b"x", f'multipart/form-data; boundary="{boundary}"')
    assert caught.value.status_code == 400


async def test_filename_star_is_ignored(read: Any) -> None:
    """python-multipart GHSA-vffw-93wf-4j4q; RFC 7578, section 4.2."""
    disposition = (
        'Content-Disposition: form-data; name="a"; filename="good.txt"; filename*=utf-8\'\'evil.txt'
    )
    form = await read(form_of(b"--B\r\n" + disposition.encode() + b"\r\n\r\n1\r\n"))
    assert form["a"].raw_filename == "good.txt"
    await form.close()
    only = b"--B\r\nContent-Disposition: form-data; name=a; filename*=utf-8''x\r\n\r\n1\r\n"
    assert (await read(form_of(only)))["a"] == "1"


async def test_a_transfer_encoding_is_not_decoded(read: Any) -> None:
    """Django CVE-2026-33033; RFC 7578, section 4.7."""
    content = b" " * 600_000
    form = await read(form_of(part("a", content, None, "Content-Transfer-Encoding: base64")))
    assert form["a"] == content.decode()


LIMITED = [
    pytest.param(Limits(body=50), form_of(part("a", b"x" * 50)), id="body"),
    pytest.param(Limits(parts=2), form_of(*[part("a", b"")] * 3), id="parts"),
    pytest.param(Limits(fields=2), form_of(*[part("a", b"")] * 3), id="fields"),
    pytest.param(Limits(files=2), form_of(*[part("a", b"", "f")] * 3), id="files"),
    pytest.param(Limits(part_size=9), form_of(part("a", b"x" * 10)), id="part size"),
    pytest.param(
        Limits(), form_of(part("a", b"", None, *[f"X-{n}: 1" for n in range(8)])), id="part headers"
    ),
    pytest.param(
        Limits(part_headers=2), form_of(part("a", b"", None, "X: 1", "Y: 2")), id="few part headers"
    ),
    pytest.param(
        Limits(), form_of(part("a", b"", None, "X: " + "y" * 5000)), id="part header size"
    ),
    pytest.param(Limits(), form_of(part("a", b"", "f" * 5000)), id="filename"),
    pytest.param(Limits(), b"--B\r\nX: " + b"y" * 5000, id="a header without end"),
]


@pytest.mark.parametrize(("limits", "content"), LIMITED)
async def test_limits_of_multipart(limits: Limits, content: bytes, read: Any) -> None:
    for chunk in (0, 13):
        with pytest.raises(RequestEntityTooLarge) as caught:
            await read(content, limits=limits, chunk=chunk)
        assert caught.value.status_code == 413


async def test_within_the_limits(read: Any) -> None:
    limits = Limits(parts=3, fields=2, files=1, part_size=10)
    content = form_of(part("a", b"x" * 10), part("b", b""), part("f", b"y" * 100, "f"))
    form = await read(content, limits=limits)
    assert len(form) == 3
    await form.close()


async def test_the_boundary_has_a_limit_too(read: Any) -> None:
    content, media_type = form_of(part("a", b"")), "multipart/form-data; boundary=B"
    assert len(await read(content, media_type, Limits(boundary=1))) == 1
    with pytest.raises(ClientException, match="boundary"):
        await read(content, media_type, Limits(boundary=0))


async def test_limits_of_urlencoded(read: Any) -> None:
    for limits in (Limits(body=5), Limits(fields=2)):
        with pytest.raises(RequestEntityTooLarge):
            await read(b"a=1&b=2&c=3", "application/x-www-form-urlencoded", limits)


async def test_files_are_closed_when_reading_fails(read: Any, opened: list[UploadFile]) -> None:
    bad = [
        form_of(part("f", b"x", "f"), part("a", b"\xff")),
        part("f", b"x" * 2_000_000, "f"),
        part("f", b"x", "f"),
    ]
    for content in bad:
        with pytest.raises(ClientException):
            await read(content)
    assert len(opened) == 3
    assert all(each.file.closed for each in opened)


async def test_files_are_closed_when_the_client_leaves(
    scope: Scope, channel: Any, opened: list[UploadFile]
) -> None:
    with pytest.raises(ClientDisconnected):
        await read_form(
            scope(("content-type", MULTIPART)), channel(part("f", b"x", "f"), left=True), NO_LIMITS
        )
    assert [each.file.closed for each in opened] == [True]


async def test_files_are_closed_when_the_request_is_cancelled(
    scope: Scope, opened: list[UploadFile]
) -> None:
    sent = [part("f", b"x" * 2_000_000, "f") + b"--B"]

    async def receive() -> dict[str, Any]:
        if sent:
            return {"type": "http.request", "body": sent.pop(), "more_body": True}
        await anyio.sleep_forever()
        return {}

    with anyio.move_on_after(0.05):
        await read_form(scope(("content-type", MULTIPART)), receive, NO_LIMITS)
    assert [each.file.closed for each in opened] == [True]
    assert opened[0].size > 1 << 20


async def test_a_form_is_read_once(scope: Scope, channel: Any) -> None:
    here, receive = scope(("content-type", MULTIPART)), channel(form_of(part("a", b"1")))
    form = await read_form(here, receive, NO_LIMITS)
    assert await read_form(here, receive, NO_LIMITS) is form
    assert here[FORM] is form


@pytest.mark.parametrize("content_type", [URLENCODED, ""], ids=["a type", "no type"])
async def test_fields_without_the_form(content_type: str, scope: Scope, channel: Any) -> None:
    headers = [("content-type", content_type)] if content_type else []
    here, receive = scope(*headers), channel(b"a=1&b=2&a=3")
    fields = await read_urlencoded(here, receive, NO_LIMITS, content_type)
    assert fields == {"a": ["1", "3"], "b": ["2"]}
    form = await read_form(here, receive, NO_LIMITS)
    assert form.dict() == fields
    fields["a"].clear()
    assert await read_urlencoded(here, receive, NO_LIMITS, content_type) == form.dict()


async def test_content_that_was_read_before_is_a_form_too(scope: Scope, channel: Any) -> None:
    from pleiad_http import read_body

    here, receive = scope(("content-type", MULTIPART)), channel(form_of(part("a", b"1")))
    await read_body(here, receive, 1000)
    assert (await read_form(here, receive, NO_LIMITS))["a"] == "1"


CONTENT_TYPES = form_of(
    part("a", b"{}", None, "Content-Type: application/json"),
    part("a", b"text"),
    part("a", b"[]", "blob", "Content-Type: application/json"),
    part("b", b"x", "f"),
)


async def test_what_the_client_said_of_each_value(read: Any) -> None:
    """A program's JSON part has no filename, a browser's has `blob`."""
    async with await read(CONTENT_TYPES) as form:
        assert form.getall("a")[:2] == ["{}", "text"]
        assert form.content_types.dict() == {
            "a": ["application/json", "", "application/json"],
            "b": ["application/octet-stream"],
        }
    form = await read(b"a=1&b=2&a=3", "application/x-www-form-urlencoded")
    assert form.content_types.dict() == {"a": ["", ""], "b": [""]}


async def test_ten_thousand_fields_of_an_urlencoded_form(read: Any) -> None:
    with pytest.raises(RequestEntityTooLarge):
        await read(b"a=1&" * 10_000, "application/x-www-form-urlencoded")


async def test_tiny_chunks_take_little_memory(scope: Scope) -> None:
    """A chunk of two bytes takes fifty: what waits for a thread is counted by what it takes."""
    content = form_of(part("f", b"xy" * 60_000, "f"), part("a", b"xy" * 60_000))
    places = iter(range(0, len(content), 2))

    async def receive() -> dict[str, Any]:
        at = next(places)
        more = at + 2 < len(content)
        return {"type": "http.request", "body": content[at : at + 2], "more_body": more}

    tracemalloc.start()
    try:
        async with await read_form(scope(("content-type", MULTIPART)), receive, NO_LIMITS) as form:
            _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert form["f"].size == len(form["a"]) == 120_000
    assert peak < 1_500_000


@pytest.fixture
def body(scope: Scope, channel: Any) -> tuple[dict[str, Any], Any, Limits]:
    """A scope and a channel of a form with two files, one of them on disk."""
    content = form_of(part("f", b"x", "f"), part("g", b"x" * 2_000_000, "g"), part("a", b"1"))
    return scope(("content-type", MULTIPART)), channel(content), NO_LIMITS


async def test_an_opened_form_is_closed(body: Any, opened: list[UploadFile]) -> None:
    async with opened_form(*body) as form:
        assert form["a"] == "1"
        assert await form["f"].read() == b"x"
    assert [each.file.closed for each in opened] == [True, True]


@pytest.mark.parametrize("error", [ValueError, ClientDisconnected, KeyboardInterrupt])
async def test_an_opened_form_is_closed_whatever_ends_it(
    body: Any, opened: list[UploadFile], error: type[BaseException]
) -> None:
    with pytest.raises(error):
        async with opened_form(*body):
            raise error
    assert [each.file.closed for each in opened] == [True, True]


async def test_an_opened_form_is_closed_although_the_request_is_cancelled(
    body: Any, opened: list[UploadFile]
) -> None:
    with anyio.CancelScope() as request:
        async with opened_form(*body):
            request.cancel()
            await anyio.sleep_forever()
    assert [each.file.closed for each in opened] == [True, True]


async def test_a_form_is_closed_once_by_who_read_it(body: Any, opened: list[UploadFile]) -> None:
    async with opened_form(*body) as form:
        async with opened_form(*body) as known:
            assert known is form
        assert [each.file.closed for each in opened] == [False, False]
    assert [each.file.closed for each in opened] == [True, True]


async def test_nothing_is_opened_where_reading_fails(
    scope: Scope, channel: Any, opened: list[UploadFile]
) -> None:
    here = scope(("content-type", MULTIPART))
    with pytest.raises(ClientException):
        async with opened_form(here, channel(part("f", b"x", "f")), NO_LIMITS):
            raise AssertionError
    assert [each.file.closed for each in opened] == [True]
    assert FORM not in here


@pytest.mark.parametrize("chunk", [1, 5, 1000])
async def test_every_truncation_is_a_400(chunk: int, read: Any, opened: list[UploadFile]) -> None:
    content = form_of(part("a", b"1"), part("f", b"\r\n--x", "f"))
    end = len(content) - len(b"\r\n")
    for length in range(end):
        with pytest.raises(ClientException) as caught:
            await read(content[:length], chunk=chunk)
        assert caught.value.status_code == 400
    assert opened
    assert all(each.file.closed for each in opened)
    await (await read(content[:end], chunk=chunk)).close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    content=st.binary()
    | st.lists(
        st.sampled_from(
            [
                b"--B",
                b"\r\n",
                b"--",
                b"Content-Disposition: form-data; name=a",
                b";",
                b'"',
                b"filename=",
                b"x",
                b": ",
                b"\xff",
            ]
        ),
        max_size=30,
    ).map(b"".join),
    chunk=st.integers(1, 50),
)
def test_any_bytes(content: bytes, chunk: int, read: Any) -> None:
    async def run() -> None:
        with contextlib.suppress(HTTPException):
            form = await read(content, chunk=chunk)
            await form.close()

    try:
        anyio.run(run)
    except ClientException as error:
        assert error.status_code < 500


@pytest.mark.parametrize("unit", [b"\r\n--", b"\r", b"--B", b"\r\n", b"\n"], ids=ascii)
async def test_the_work_is_linear(unit: bytes, work: Any, scope: Scope, channel: Any) -> None:
    """Werkzeug CVE-2023-46136: the boundary is searched from the start again and again."""

    def attempt(n: int) -> None:
        content = part("f", unit * n, "f")
        chunks = [content[i : i + 1000] for i in range(0, len(content), 1000)]
        coroutine = read_form(scope(("content-type", MULTIPART)), channel(*chunks), NO_LIMITS)
        with contextlib.suppress(HTTPException, StopIteration):
            coroutine.send(None)
        coroutine.close()

    once, twice = (work(lambda n=n: attempt(n)) for n in (20_000, 40_000))
    assert twice <= 2.5 * once + 100
