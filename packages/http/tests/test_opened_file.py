"""What a file's opening is about; how one is sent is in test_file.py."""

import os
from pathlib import Path
from typing import Any

import pytest

from pleiad_http import NotFoundException
from pleiad_http.opened_file import OpenedFile
from pleiad_http.ranges import ByteRange


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "a.txt"
    made.write_bytes(b"0123456789")
    return made


def test_pieces(path: Path) -> None:
    opened = OpenedFile(path)
    opened.open()
    parts = [ByteRange(7, 10), b"--", ByteRange(0, 5), b""]
    assert list(opened.pieces(parts, 2)) == [b"78", b"9", b"--", b"01", b"23", b"4", b""]
    opened.close()
    assert (opened.size, opened.modified) == (10, path.stat().st_mtime)


def test_location(path: Path) -> None:
    link = path.with_name("link")
    link.symlink_to(path)
    opened = OpenedFile(link)
    opened.open()
    assert opened.location() == str(path.resolve())
    path.unlink()
    assert opened.location() is None
    path.write_bytes(b"0123456789")
    assert opened.location() is None
    opened.close()


@pytest.mark.parametrize("kind", ["directory", "pipe", "device"])
def test_what_is_no_file_is_not_even_opened(kind: str, tmp_path: Path, monkeypatch: Any) -> None:
    """That sets some devices in motion."""

    def never(*_: Any) -> int:
        raise AssertionError

    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(os, "open", never)
    place = {"directory": tmp_path, "pipe": tmp_path / "pipe", "device": Path("/dev/zero")}[kind]
    with pytest.raises(NotFoundException):
        OpenedFile(place).open()


def test_closed_while_it_is_being_opened(path: Path, monkeypatch: Any) -> None:
    """As where a task is cancelled that waits for the thread."""
    opened = OpenedFile(path)
    real = os.fstat

    def close_first(descriptor: int) -> os.stat_result:
        found = real(descriptor)
        opened._is_closed = True
        return found

    monkeypatch.setattr(os, "fstat", close_first)
    opened.open()
    with pytest.raises(ValueError, match="closed"):
        opened._opened.fileno()


def test_a_file_that_was_never_opened() -> None:
    opened = OpenedFile("nowhere")
    opened.close()
    with pytest.raises(ValueError, match="not open"):
        list(opened.pieces([ByteRange(0, 1)], 1))


def test_closed_twice(path: Path) -> None:
    opened = OpenedFile(path)
    opened.open()
    opened.close()
    opened.close()
