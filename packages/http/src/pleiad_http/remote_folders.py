"""Which file below some folders of a file system a path means.

Nothing leads out of them. A path becomes one of the file system by joining names, none of which means
anything but itself on a disk. What else a file system, or what stands behind it, might make of a name:

- A URL would be cut at a `?` or `#`, and `%2e%2e` would lead up: no such sign is in a name.
- A prefix such as `file:` or `dir::` would be taken off, and git's would cut at an `@`: a file that the
  file system calls otherwise than it was asked for is not sent.
- A symbolic link is resolved, where that can be done, and must lead to what is inside. Where it cannot,
  what is told to be a link is not sent.
"""

import logging
import os
import re
from collections.abc import Iterable, Sequence

from pleiad_http.file_system import BaseFileSystem, FileInfo
from pleiad_http.folders import INDEX, Directory, FoundFile, names_of
from pleiad_http.fsspec_file_systems import FsspecWrapper, symlink_resolver
from pleiad_http.opened_file import is_absent

__all__ = ["find_remote_file"]

logger = logging.getLogger("pleiad_http")

_OF_URLS = re.compile("[%?#]")


async def find_remote_file(
    file_system: BaseFileSystem,
    path: str,
    directories: Iterable[Directory],
    *,
    html_mode: bool = False,
    hidden_files: bool = False,
    allow_symlinks_outside_directory: bool = False,
) -> FoundFile | None:
    """The file that a path means, in the first of the directories that has it.

    Args:
        file_system: Where the directories are.
        path: Relative to the directories, decoded exactly once; one slash may come first.
        directories: Where to look.
        html_mode: Whether a directory means the `index.html` in it.
        hidden_files: Whether names that begin with a dot count.
        allow_symlinks_outside_directory: Whether symbolic links are followed wherever they lead.
    """
    names = names_of(path, hidden_files=hidden_files)
    if names is None or any(map(_OF_URLS.search, names)):
        return None
    for directory in directories:
        folder = _Folder(file_system, directory, follows_links=allow_symlinks_outside_directory)
        try:
            found = await folder.find(names, html_mode=html_mode)
        except ValueError:
            continue
        except OSError as error:
            if not is_absent(error):
                raise
            continue
        if found is not None:
            return found
    return None


class _Folder:
    """A folder of a file system.

    Args:
        file_system: Where it is.
        path: Its path there.
        follows_links: Whether links may lead anywhere.
    """

    def __init__(
        self, file_system: BaseFileSystem, path: Directory, *, follows_links: bool
    ) -> None:
        self._file_system = file_system
        self._follows_links = follows_links
        self._is_fsspec = isinstance(file_system, FsspecWrapper)
        own = file_system.own_path(path) if isinstance(file_system, FsspecWrapper) else path
        self._path = os.fspath(own)

    async def find(self, names: Sequence[str], *, html_mode: bool) -> FoundFile | None:
        """The file below it.

        Args:
            names: The segments of its path; the last is empty where a folder is meant.
            html_mode: Whether a folder means the `index.html` in it.

        Raises:
            OSError: It is not there, or outside.
            ValueError: The file system takes no such path.
        """
        path, info = await self._at(names)
        if info["type"] == "file" and names[-1]:
            return FoundFile(path, names[-1], info=info)
        if info["type"] == "directory" and html_mode:
            path, info = await self._at((*names, INDEX))
            if info["type"] == "file":
                return FoundFile(path, INDEX, is_index=True, info=info)
        return None

    async def _at(self, names: Sequence[str]) -> tuple[str, FileInfo]:
        """What there is below it, and at which path that is read."""
        below = "/".join(filter(None, names))
        path = f"{self._path.rstrip('/')}/{below}" if below and self._path else below or self._path
        info = await self._file_system.info(path)
        if self._is_fsspec and info["name"].strip("/") != path.strip("/"):
            logger.warning("StaticFiles: %r is not sent: it is %r there", path, info["name"])
            raise FileNotFoundError(path)
        return await self._inside(path, info), info

    async def _inside(self, path: str, info: FileInfo) -> str:
        """The path without links, which may not lead out."""
        if self._follows_links:
            return path
        resolve = symlink_resolver(self._file_system)
        if resolve is None:
            if info.get("is_symlink"):
                raise PermissionError(f"{path!r} is a symbolic link")
            return path
        root, real = await resolve(self._path), await resolve(path)
        if root and real != root and not real.startswith(f"{root.rstrip('/')}/"):
            raise PermissionError(f"{path!r} leads out of {self._path!r}")
        return real
