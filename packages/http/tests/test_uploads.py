import io
import tempfile
from typing import Any

import anyio
import anyio.to_thread
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import Headers, UploadFile
from pleiad_http.uploads import close_all, write_joined

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("a.txt", "a.txt"),
        ("", ""),
        ("/etc/passwd", "passwd"),
        ("../../etc/passwd", "passwd"),
        ("..", ""),
        (".", ""),
        ("a/..", ""),
        ("C:\\dir\\a.txt", "a.txt"),
        ("\\\\host\\share\\a", "a"),
        ("..\\..\\a", "a"),
        ("a\r\nb\x00c\x7f.txt", "abc.txt"),
        (".\x00.", ""),
        ("..\x85", ""),
        ("a/", ""),
        ("  a b  ", "a b"),
        ("ü.txt", "ü.txt"),
        (".profile", ".profile"),
    ],
)
def test_the_name_is_a_base_name(sent: str, name: str) -> None:
    """python-multipart CVE-2026-24486, Django CVE-2021-28658."""
    file = UploadFile(filename=sent)
    assert file.filename == name
    assert file.raw_filename == sent
    file.file.close()


@given(st.text())
def test_any_name(sent: str) -> None:
    file = UploadFile(filename=sent)
    assert not set(file.filename) & {"/", "\\", "\x00", "\r", "\n"}
    assert file.filename not in (".", "..")
    file.file.close()


async def test_reading_and_writing() -> None:
    file = UploadFile("text/plain", "a.txt", b"hello", {"X-A": "b"})
    assert await file.read(2) == b"he"
    assert await file.read() == b"llo"
    assert await file.write(b"!") == 1
    assert await file.seek(0) == 0
    assert await file.read() == b"hello!"
    assert (file.size, file.content_type, file.headers["x-a"]) == (6, "text/plain", "b")
    assert not file.rolled_to_disk
    assert repr(file) == "UploadFile('a.txt')"
    await file.close()
    await file.close()
    assert file.file.closed


def test_headers_are_kept() -> None:
    headers = Headers([(b"a", b"1"), (b"a", b"2")])
    file = UploadFile(headers=headers)
    assert file.headers is headers
    file.file.close()


@pytest.fixture
def hops(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What runs in worker threads."""
    names: list[str] = []
    run_sync = anyio.to_thread.run_sync

    async def noted(function: Any, *arguments: Any, **options: Any) -> Any:
        names.append(function.__name__)
        return await run_sync(function, *arguments, **options)

    monkeypatch.setattr(anyio.to_thread, "run_sync", noted)
    return names


async def test_only_the_disk_is_worth_a_thread(hops: list[str]) -> None:
    file = UploadFile(max_spool_size=10)
    await file.write(b"x" * 10)
    await file.seek(0)
    await file.read()
    assert (file.rolled_to_disk, hops) == (False, [])
    await file.write(b"y")
    assert file.rolled_to_disk
    await file.seek(0)
    assert await file.read() == b"x" * 10 + b"y"
    await file.write_all([b"a", b"b"])
    await file.close()
    await file.close()
    assert file.file.closed
    assert len(hops) == 5
    assert (hops[0], hops[3]) == ("_write_to_disk", "_write_to_disk")


def test_pieces_are_one_write() -> None:
    written: list[bytes] = []

    class Disk(io.BytesIO):
        def write(self, data: Any) -> int:
            written.append(bytes(data))
            return len(data)

    write_joined(Disk(), [b"a", b"", b"bc"])
    assert written == [b"abc"]


async def test_going_to_disk_keeps_the_position() -> None:
    file = UploadFile(file_data=b"abcdef", max_spool_size=6)
    await file.seek(2)
    await file.write(b"XY")
    assert file.rolled_to_disk
    await file.seek(0)
    assert await file.read() == b"abXYef"
    await file.close()


async def test_a_full_disk_is_told_and_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, *_: Any) -> int:
            raise OSError(28, "No space left on device")

    made: list[Full] = []

    def full() -> Full:
        made.append(Full())
        return made[-1]

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    file = UploadFile(max_spool_size=1)
    with pytest.raises(OSError, match="No space"):
        await file.write(b"xx")
    assert made[0].closed
    await file.close()
    assert file.file.closed


async def test_all_are_closed_whatever_one_of_them_raises() -> None:
    files = [UploadFile(max_spool_size=1) for _ in range(3)]
    for each in files:
        await each.write(b"xx")
    kept = files[1].file

    class Failing:
        closed = False

        def close(self) -> None:
            kept.close()
            raise OSError(5, "Input/output error")

    files[1].file = Failing()  # type: ignore[assignment]
    with pytest.raises(OSError, match="Input"):
        await close_all(files)
    assert [files[0].file.closed, kept.closed, files[2].file.closed] == [True] * 3


async def test_a_large_file_goes_to_disk_at_once() -> None:
    file = UploadFile()
    await file.write(b"x" * (1 << 20))
    assert not file.rolled_to_disk
    await file.write(b"x")
    assert file.rolled_to_disk
    await file.close()


async def test_it_is_closed_although_the_request_is_cancelled() -> None:
    file = UploadFile(max_spool_size=1)
    await file.write(b"xx")
    with anyio.CancelScope() as cancelled:
        cancelled.cancel()
        try:
            await anyio.sleep(1)
        finally:
            await file.close()
    assert file.file.closed
