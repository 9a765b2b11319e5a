import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from pleiad_http import (
    ClientDisconnected,
    ClientException,
    InternalServerException,
    Limits,
    Part,
    Parts,
    Request,
    RequestEntityTooLarge,
    UnsupportedMediaTypeException,
    parts_of,
    read_body,
)

pytestmark = pytest.mark.anyio
MULTIPART = ("content-type", "multipart/form-data; boundary=B")
UNLIMITED = Limits(body=None)


def part(name: str, content: bytes, filename: str | None = None, *headers: str) -> bytes:
    disposition = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        disposition += f'; filename="{filename}"'
    return (
        b"--B\r\n" + "\r\n".join([disposition, *headers]).encode() + b"\r\n\r\n" + content + b"\r\n"
    )


END = b"--B--\r\n"
FORM = part("a", b"1") + part("f", b"x" * 1000, "../f.bin", "X-A: b") + part("c", b"3") + END


@pytest.fixture
def parts(scope: Any, channel: Any) -> Callable[..., Parts]:
    def make(content: bytes = FORM, *, size: int = 100, limits: Limits = UNLIMITED) -> Parts:
        chunks = [content[at : at + size] for at in range(0, len(content), size)]
        return parts_of(scope(MULTIPART), channel(*chunks), limits)

    return make


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
async def test_one_by_one(parts: Any, size: int) -> None:
    found = [(part.name, part.is_file, await part.read()) async for part in parts(size=size)]
    assert found == [("a", False, b"1"), ("f", True, b"x" * 1000), ("c", False, b"3")]


async def test_what_a_part_says(parts: Any) -> None:
    each = parts()
    field = await anext(each)
    assert (field.filename, field.raw_filename, field.content_type) == ("", "", "")
    assert repr(field) == "Part('a')"
    file = await anext(each)
    assert (file.filename, file.raw_filename) == ("f.bin", "../f.bin")
    assert file.content_type == "application/octet-stream"
    assert file.headers["x-a"] == "b"
    assert file.headers["content-disposition"].startswith("form-data;")
    assert repr(file) == "Part('f', filename='f.bin')"


async def test_its_chunks_are_never_empty(parts: Any) -> None:
    chunks: list[bytes] = []
    async for part in parts(size=3):
        chunks += [chunk async for chunk in part]
    assert b"".join(chunks) == b"1" + b"x" * 1000 + b"3"
    assert all(type(chunk) is bytes and chunk for chunk in chunks)


async def test_what_is_left_of_a_part_is_skipped(parts: Any) -> None:
    names: list[str] = []
    async for part in parts(size=64):
        names.append(part.name)
        if part.is_file:
            assert await anext(part)
    assert names == ["a", "f", "c"]


async def test_at_its_end_there_is_nothing_more(parts: Any) -> None:
    part = await anext(parts())
    assert await part.read() == b"1"
    assert await part.read() == b""
    assert [chunk async for chunk in part] == []


@pytest.mark.parametrize("read", [Part.read, Part.text, Part.batch, Part.__anext__])
async def test_an_earlier_part_is_gone(parts: Any, read: Any) -> None:
    each = parts()
    first = await anext(each)
    second = await anext(each)
    with pytest.raises(InternalServerException, match=r"Part\('a'\) is gone"):
        await read(first)
    assert await second.read() == b"x" * 1000


async def test_the_last_part_stays_at_its_end(parts: Any) -> None:
    each = parts()
    every = [part async for part in each]
    assert await every[-1].read() == b""
    with pytest.raises(StopAsyncIteration):
        await anext(each)


class Counting:
    """Endless content; it counts the messages that were taken."""

    def __init__(self) -> None:
        self.taken = 0

    async def __call__(self) -> dict[str, Any]:
        self.taken += 1
        body = part("f", b"", "f")[:-2] if self.taken == 1 else b"x" * 65536
        return {"type": "http.request", "body": body, "more_body": True}


async def test_the_client_is_asked_only_for_what_is_wanted(scope: Any) -> None:
    receive = Counting()
    parts = parts_of(scope(MULTIPART), receive, UNLIMITED)
    assert receive.taken == 0
    file = await anext(parts)
    assert receive.taken == 1
    for taken in range(2, 10):
        assert len(await anext(file)) == 65536
        assert receive.taken == taken


async def test_a_chunk_is_not_copied(scope: Any, channel: Any) -> None:
    sent = b"x" * 65536
    chunks = (part("f", b"", "f")[:-2], sent, b"\r\n" + END)
    each = parts_of(scope(MULTIPART), channel(*chunks), UNLIMITED)
    assert await anext(await anext(each)) is sent


@pytest.mark.parametrize(
    ("limits", "limit", "content"),
    [
        (Limits(part_size=9), None, part("a", b"x" * 10)),
        (Limits(part_size=9), None, part("a", b"x" * 10, "f")),
        (Limits(), 9, part("a", b"x" * 10)),
        (Limits(part_size=9), 10, part("a", b"x" * 11)),
        (Limits(body=99), None, part("a", b"x" * 100)),
        (Limits(files=0), None, part("a", b"", "f")),
        (Limits(fields=0), None, part("a", b"")),
        (Limits(parts=0), None, part("a", b"")),
    ],
)
async def test_limits(parts: Any, limits: Limits, limit: int | None, content: bytes) -> None:
    with pytest.raises(RequestEntityTooLarge):
        async for part in parts(content + END, limits=limits, size=7):
            await part.read(limit)
    with pytest.raises(RequestEntityTooLarge):
        async for part in parts(content + END, limits=limits, size=7):
            await part.text(limit)


async def test_a_limit_is_the_most_there_may_be(parts: Any) -> None:
    part_ = await anext(parts(part("a", b"x" * 10) + END, limits=Limits(part_size=9)))
    assert await part_.read(10) == b"x" * 10


@pytest.mark.parametrize("limits", [Limits(parts=1000), Limits(fields=1000), Limits(files=1000)])
async def test_ten_thousand_parts(parts: Any, limits: Limits) -> None:
    """Litestar CVE-2023-25578, Starlette CVE-2023-30798."""
    content = part("a", b"") * 10_000 + part("f", b"", "f") * 10_000 + END
    taken = 0
    with pytest.raises(RequestEntityTooLarge):
        async for _ in parts(content, limits=limits, size=65536):
            taken += 1
    assert taken == 1000


@pytest.mark.parametrize(
    ("charset", "content", "text"),
    [
        ("utf-8", "é".encode(), "é"),
        ("ISO-8859-1", b"\xe9", "é"),
        ('"utf-16"', "é".encode("utf-16"), "é"),
    ],
)
async def test_text(parts: Any, charset: str, content: bytes, text: str) -> None:
    head = f"Content-Type: text/plain; charset={charset}"
    for filename in (None, "a.txt"):
        each = await anext(parts(part("a", content, filename, head) + END))
        assert await each.text() == text


@pytest.mark.parametrize(
    ("charset", "content", "status"), [("zip", b"x", 415), ("utf-8", b"\xff", 400)]
)
async def test_text_that_is_none(parts: Any, charset: str, content: bytes, status: int) -> None:
    head = f"Content-Type: text/plain; charset={charset}"
    each = await anext(parts(part("a", content, None, head) + END))
    with pytest.raises(ClientException) as caught:
        await each.text()
    assert caught.value.status_code == status


async def test_saving(parts: Any, tmp_path: Path) -> None:
    content = bytes(range(256)) * 10_000
    path = tmp_path / "saved"
    path.write_bytes(b"before" * 1_000_000)
    form = part("f", content, "f") + part("a", b"1") + END
    each = parts(form, size=65536)
    assert await (await anext(each)).save(path) == len(content)
    assert path.read_bytes() == content
    assert await (await anext(each)).save(str(tmp_path / "field")) == 1


async def test_saving_hops_seldom_and_never_blocks(
    parts: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hops: list[int] = []
    run_sync = anyio.to_thread.run_sync

    async def noted(function: Any, *arguments: Any) -> Any:
        def call(*given: Any) -> Any:
            hops.append(threading.get_ident())
            return function(*given)

        return await run_sync(call, *arguments)

    monkeypatch.setattr(anyio.to_thread, "run_sync", noted)
    file = await anext(parts(part("f", b"x" * 5_000_000, "f") + END, size=1000))
    await file.save(tmp_path / "saved")
    assert len(hops) <= 8
    assert threading.get_ident() not in hops


FAULTS = [
    pytest.param(b"", ClientException, id="it ends early"),
    pytest.param(b"\r\n--Bx", ClientException, id="malformed"),
    pytest.param(b"y" * 2_000_000, RequestEntityTooLarge, id="too large"),
]


@pytest.mark.parametrize(("rest", "error"), FAULTS)
async def test_nothing_is_left_of_half_an_upload(
    parts: Any, tmp_path: Path, rest: bytes, error: type[Exception]
) -> None:
    content = part("f", b"x" * 1_000_000, "f")[:-2] + rest
    file = await anext(parts(content, size=1000, limits=Limits(body=2_000_000)))
    with pytest.raises(error):
        await file.save(tmp_path / "saved")
    assert list(tmp_path.iterdir()) == []


async def test_nothing_is_left_where_saving_is_cancelled(scope: Any, tmp_path: Path) -> None:
    written = anyio.Event()
    sent = [part("f", b"x" * 2_000_000, "f")[:-2]]

    async def receive() -> dict[str, Any]:
        if sent:
            return {"type": "http.request", "body": sent.pop(), "more_body": True}
        written.set()
        await anyio.sleep_forever()
        raise AssertionError

    async def save() -> None:
        file = await anext(parts_of(scope(MULTIPART), receive, UNLIMITED))
        await file.save(tmp_path / "saved")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(save)
        await written.wait()
        assert (tmp_path / "saved").stat().st_size > 0
        tasks.cancel_scope.cancel()
    assert list(tmp_path.iterdir()) == []


async def test_a_path_that_is_none(parts: Any, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await (await anext(parts())).save(tmp_path / "missing" / "saved")


@pytest.mark.parametrize("content_type", ["", "text/plain", "multipart/mixed; boundary=B"])
def test_another_media_type_is_a_415(scope: Any, channel: Any, content_type: str) -> None:
    with pytest.raises(UnsupportedMediaTypeException, match="multipart form"):
        parts_of(scope(("content-type", content_type)), channel(b""), UNLIMITED)


def test_a_boundary_that_is_none_is_a_400(scope: Any, channel: Any) -> None:
    with pytest.raises(ClientException, match="boundary") as caught:
        parts_of(scope(("content-type", "multipart/form-data")), channel(b""), UNLIMITED)
    assert caught.value.status_code == 400


async def test_the_client_leaves(scope: Any, channel: Any) -> None:
    content = part("a", b"1") + part("f", b"x" * 100, "f")
    parts = parts_of(scope(MULTIPART), channel(content, left=True), UNLIMITED)
    assert await (await anext(parts)).read() == b"1"
    file = await anext(parts)
    with pytest.raises(ClientDisconnected):
        await file.read()
    for attempt in (file.read, parts.__anext__):
        with pytest.raises(InternalServerException, match="failed before"):
            await attempt()


@pytest.mark.parametrize("content", [b"--B\r\nbad\r\n\r\n", part("a", b"1") + b"--Bx"])
async def test_after_a_failure_there_is_no_end(parts: Any, content: bytes) -> None:
    """Whoever catches the error and goes on must not take half a form for all of it."""
    each = parts(content)
    with pytest.raises(ClientException):
        async for _ in each:
            pass
    for _ in range(2):
        with pytest.raises(InternalServerException, match="failed before"):
            await anext(each)


async def test_after_a_cancellation_there_is_no_end(scope: Any) -> None:
    async def receive() -> dict[str, Any]:
        await anyio.sleep_forever()
        raise AssertionError

    parts = parts_of(scope(MULTIPART), receive, UNLIMITED)
    with anyio.CancelScope() as given_up:
        given_up.cancel()
        await anext(parts)
    with pytest.raises(InternalServerException, match="failed before"):
        await anext(parts)


async def test_content_that_was_read_before(scope: Any, channel: Any) -> None:
    here, receive = scope(MULTIPART), channel(FORM)
    await read_body(here, receive, None)
    assert [part.name async for part in parts_of(here, receive, UNLIMITED)] == ["a", "f", "c"]


async def test_content_that_was_streamed_before(scope: Any, channel: Any) -> None:
    here, receive = scope(MULTIPART), channel(FORM)
    async for _ in parts_of(here, receive, UNLIMITED):
        pass
    with pytest.raises(InternalServerException, match="already read"):
        await anext(parts_of(here, receive, UNLIMITED))


async def test_a_request_gives_its_parts(scope: Any, channel: Any) -> None:
    async def send(_: Any) -> None: ...

    request: Request[Any, Any, Any] = Request(scope(MULTIPART), channel(FORM), send)
    assert [part.name async for part in request.parts()] == ["a", "f", "c"]
