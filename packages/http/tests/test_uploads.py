import threading
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import Headers, UploadFile

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


class Spy:
    """A file that notes in which threads it is used."""

    def __init__(self, file: Any) -> None:
        self.file = file
        self.threads: dict[str, int] = {}

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.file, name)
        if not callable(found):
            return found

        def call(*arguments: Any) -> Any:
            self.threads[name] = threading.get_ident()
            return found(*arguments)

        return call


async def test_only_the_disk_is_worth_a_thread() -> None:
    file = UploadFile(max_spool_size=10)
    here = threading.get_ident()
    spy = file.file = Spy(file.file)  # type: ignore[assignment]
    await file.write(b"x" * 10)
    await file.seek(0)
    await file.read()
    assert not file.rolled_to_disk
    assert set(spy.threads.values()) == {here}
    spy.threads.clear()
    await file.write(b"y")
    assert file.rolled_to_disk
    await file.seek(0)
    assert await file.read() == b"x" * 10 + b"y"
    await file.close()
    assert set(spy.threads) == {"write", "seek", "read", "close"}
    assert here not in spy.threads.values()


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
