"""Static files: which file below some directories a path means, and an ASGI app that sends it.

Nothing tells a client why it gets no file: what is not there, what is outside, and what may not be
read are the same 404.
"""
# ruff: noqa: PTH100, PTH112, PTH116, PTH118, PTH123 - pathlib takes 2 ms to import

import os
import re
import stat
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, TypeAlias

import msgspec
from anyio import to_thread

from pleiad_http.content_disposition import Disposition
from pleiad_http.enums import MediaType
from pleiad_http.exceptions import (
    HTTPException,
    ImproperlyConfiguredException,
    MethodNotAllowedException,
    NotFoundException,
)
from pleiad_http.file import File
from pleiad_http.redirect import Redirect
from pleiad_http.response import Headers, Response, error_response
from pleiad_http.types import Receive, Scope, Send
from pleiad_http.url import URL

__all__ = ["Directory", "FoundFile", "StaticFiles", "find_file", "is_name"]

Directory: TypeAlias = str | os.PathLike[str]

INDEX = "index.html"
MISSING = "404.html"
_LONGEST_PATH = 4096
_NO_NAME = re.compile(
    r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\\]"  # controls, no text, a separator elsewhere
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
        path: Where it is: absolute, and without symbolic links.
        name: The name under which it was found.
        is_index: Whether the path meant the directory that it is the index of.
    """

    path: str
    name: str
    is_index: bool = False


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
    names = _names(path, hidden_files=hidden_files)
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


def _names(path: str, *, hidden_files: bool) -> list[str] | None:
    """The path's segments; the last is empty where it ends with a slash. `None` if one is no name."""
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
    refused = _NO_NAME.search(text) or (windows and _OTHER_NAME_ON_WINDOWS.search(text))
    return not refused


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


class StaticFiles:
    """Files below some directories, as an ASGI application that answers GET and HEAD.

    It stands alone, or mounted somewhere: what it looks for is the path below `root_path`. Each file is
    a `File`, with all that it answers.

    Args:
        directories: One or several; the first that has a file gives it.
        html_mode: Whether `dir/` means `dir/index.html` (`dir` redirects there), and `404.html` in
            one of the directories answers for what is missing.
        send_as_attachment: Whether browsers shall save the files rather than show them.
        headers: Headers of every file.
        hidden_files: Whether files and directories whose names begin with a dot are sent.
        allow_symlinks_outside_directory: Whether symbolic links may lead out of the directories.

    Attributes:
        directories: The directories, absolute.

    Raises:
        ImproperlyConfiguredException: There is no directory, or one of them does not exist.
        ValueError: A header that cannot be sent.
    """

    __slots__ = ("_disposition", "_find", "_headers", "_html_mode", "directories")

    def __init__(
        self,
        directories: Directory | Sequence[Directory],
        *,
        html_mode: bool = False,
        send_as_attachment: bool = False,
        headers: Headers | None = None,
        hidden_files: bool = False,
        allow_symlinks_outside_directory: bool = False,
    ) -> None:
        several = [directories] if isinstance(directories, str | os.PathLike) else directories
        self.directories = tuple(_directory(each) for each in several)
        if not self.directories:
            raise ImproperlyConfiguredException("static files: name at least one directory")
        self._html_mode = html_mode
        self._disposition: Disposition = "attachment" if send_as_attachment else "inline"
        self._headers = dict(Response(headers=headers).headers.multi_items())
        self._find = partial(
            find_file,
            directories=self.directories,
            html_mode=html_mode,
            hidden_files=hidden_files,
            allow_symlinks_outside_directory=allow_symlinks_outside_directory,
        )

    async def response(self, path: str, scope: Scope) -> Response[Any]:
        """The response to a GET or HEAD request, for an app that answers exceptions itself.

        Args:
            path: Relative to the directories, decoded exactly once.
            scope: The request's.

        Raises:
            NotFoundException: There is no such file.
        """
        found = await to_thread.run_sync(self._look, path)
        if found is None:
            raise NotFoundException
        if isinstance(found, bytes):
            return Response(found, status_code=404, media_type=MediaType.HTML)
        if found.is_index and scope["path"][-1:] not in ("/", ""):
            return Redirect(_with_slash(scope), status_code=307)
        return File(
            found.path,
            filename=found.name,
            content_disposition_type=self._disposition,
            headers=self._headers,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; what is no HTTP is declined."""
        if scope["type"] != "http":
            await _decline(scope, receive, send)
            return
        try:
            if scope["method"] not in ("GET", "HEAD"):
                raise MethodNotAllowedException(headers={"Allow": "GET, HEAD"})
            response = await self.response(_path_below_root(scope), scope)
        except HTTPException as error:
            response = error_response(error)
        await response(scope, receive, send)

    def _look(self, path: str) -> FoundFile | bytes | None:
        """The file, or the content of the page that answers for it."""
        found = self._find(path)
        if found is not None or not self._html_mode:
            return found
        page = self._find(MISSING)
        if page is None:
            return None
        try:
            with open(page.path, "rb") as file:
                return file.read()
        except OSError:
            return None


def _directory(given: Directory) -> str:
    path = os.path.abspath(given)  # what is relative stays where it is, whatever chdir() is called
    if not os.path.isdir(path):
        raise ImproperlyConfiguredException(
            f"static files: there is no directory '{os.fspath(given)}' (looked for {path}):"
            " create it, or name another"
        )
    return path


def _path_below_root(scope: Scope) -> str:
    """The path below `root_path`, where it stands in `path` (ASGI leaves that open)."""
    path: str = scope["path"]
    root: str = (scope.get("root_path") or "").rstrip("/")
    below = path.removeprefix(root)
    return below if below[:1] in ("/", "") else path


def _with_slash(scope: Scope) -> str:
    """The URL of the request with a slash after its path.

    Relative to itself, it is right behind any proxy, and can't name another host.
    """
    name = scope["path"].rpartition("/")[2]
    query: bytes = scope.get("query_string", b"")
    return str(URL(path=f"./{name}/", query=query.decode("latin-1")))


async def _decline(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a WebSocket before it is accepted; a lifespan starts and ends with nothing to do."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1000, "reason": "Not Found"})
    elif scope["type"] == "lifespan":
        for stage in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{stage}.complete"})
