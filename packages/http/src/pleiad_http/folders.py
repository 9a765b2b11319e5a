"""Which file below some folders of the disk a path means."""
# ruff: noqa: PTH116, PTH118 - pathlib takes 2 ms to import

import os
import re
import stat
from collections.abc import Iterable, Sequence
from typing import TypeAlias

import msgspec

from pleiad_http.file_system import FileInfo
from pleiad_http.opened_file import OpenedFile
from pleiad_http.surrogates import has_surrogate

__all__ = ["INDEX", "Directory", "FoundFile", "find_file", "is_name", "names_of"]

Directory: TypeAlias = str | os.PathLike[str]

INDEX = "index.html"
_LONGEST_PATH = 4096
_NO_NAME = re.compile(
    r"[\x00-\x1f\x7f-\x9f\\]"  # controls, a separator elsewhere
    r"|\A[A-Za-z]:|\A\.{0,2}\Z"  # a drive; nothing, here, and above
)
_OTHER_NAME_ON_WINDOWS = re.compile(
    r'[:*?"<>|]|[. ]\Z|~\d'  # a stream, a pattern, `a.` and `a ` for `a`, a short name
    r"|\A(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\xb9\xb2\xb3])(?:[. ]|\Z)",  # a device
    re.IGNORECASE,
)


class FoundFile(msgspec.Struct, frozen=True):
    """A file to send.

    Attributes:
        path: Where it is; on the disk, absolute, and without symbolic links.
        name: The name under which it was found.
        is_index: Whether the path meant the directory that it is the index of.
        info: What its file system told of it, if it is not on the disk.
        measured: The file as it was then, if it is on the disk and was looked into.
    """

    path: str
    name: str
    is_index: bool = False
    info: FileInfo | None = None
    measured: OpenedFile | None = None


def find_file(
    path: str,
    directories: Iterable[Directory],
    *,
    html_mode: bool = False,
    hidden_files: bool = False,
    allow_symlinks_outside_directory: bool = False,
) -> FoundFile | None:
    """The regular file that a path means, in the first of the directories that has it.

    This reads the disk; it opens nothing and raises nothing.

    Args:
        path: Relative to the directories, decoded exactly once; one slash may come first.
        directories: Where to look.
        html_mode: Whether a directory means the `index.html` in it.
        hidden_files: Whether names that begin with a dot count.
        allow_symlinks_outside_directory: Whether a symbolic link counts that leads out of the directory.
    """
    names = names_of(path, hidden_files=hidden_files)
    if names is None:
        return None
    for directory in directories:
        try:
            root = os.path.realpath(directory, strict=True)
            inside = None if allow_symlinks_outside_directory else root
            found = _below(root, names, inside, html_mode=html_mode)
        except (OSError, ValueError):
            continue
        if found is not None:
            return found
    return None


def names_of(path: str, *, hidden_files: bool) -> list[str] | None:
    """The path's segments; the last is empty where it ends with a slash. `None` if one is no name.

    Args:
        path: Decoded exactly once; one slash may come first.
        hidden_files: Whether names that begin with a dot count.
    """
    if len(path) > _LONGEST_PATH:
        return None
    *parents, last = path.removeprefix("/").split("/")
    for name in (*parents, last) if last else parents:
        if not is_name(name, windows=os.name == "nt") or (name[0] == "." and not hidden_files):
            return None
    return [*parents, last]


def is_name(text: str, *, windows: bool) -> bool:
    """Whether a segment of a path is the name of a file, and that of no other one.

    Args:
        text: The segment.
        windows: Whether it is to be a name there as well.
    """
    if _NO_NAME.search(text) or has_surrogate(text):
        return False
    return not (windows and _OTHER_NAME_ON_WINDOWS.search(text))


def _below(
    root: str, names: Sequence[str], inside: str | None, *, html_mode: bool
) -> FoundFile | None:
    """The file below one directory.

    Raises:
        OSError: It is not there.
        ValueError: It is outside, or its name cannot be one.
    """
    real, mode = _resolved(os.path.join(root, *names), inside)
    if stat.S_ISREG(mode) and names[-1]:
        return FoundFile(real, names[-1])
    if stat.S_ISDIR(mode) and html_mode:
        real, mode = _resolved(os.path.join(root, *names, INDEX), inside)
        if stat.S_ISREG(mode):
            return FoundFile(real, INDEX, is_index=True)
    return None


def _resolved(path: str, inside: str | None) -> tuple[str, int]:
    # First, as the system gives up on 40 links, where realpath() would recurse into any number.
    mode = os.stat(path).st_mode
    real = os.path.realpath(path, strict=True)
    if inside is not None and os.path.commonpath((inside, real)) != inside:
        raise ValueError("outside")
    if not os.access(real, os.R_OK):
        raise PermissionError
    return real, mode
