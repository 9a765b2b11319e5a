"""Static files, as an ASGI app.

Nothing tells a client why it gets no file: what is not there, what is outside, and what may not be
read are the same 404.
"""
# ruff: noqa: PTH100, PTH112, PTH123 - pathlib takes 2 ms to import

import os
from collections.abc import Mapping, Sequence
from typing import Any

from anyio import to_thread
from msgspec.structs import replace

from pleiad_http.conditional import is_unconditional
from pleiad_http.content_disposition import Disposition
from pleiad_http.enums import MediaType
from pleiad_http.exceptions import (
    ClientException,
    ImproperlyConfiguredException,
    MethodNotAllowedException,
    NotFoundException,
)
from pleiad_http.file import File
from pleiad_http.file_system import (
    AnyFileSystem,
    BaseFileSystem,
    BaseLocalFileSystem,
    file_system_of,
)
from pleiad_http.folders import Directory, FoundFile, find_file
from pleiad_http.fsspec_file_systems import usable
from pleiad_http.opened_file import is_absent, measured_file
from pleiad_http.redirect import Redirect
from pleiad_http.remote_folders import find_remote_file
from pleiad_http.response import Headers, Response, error_response
from pleiad_http.types import Receive, Scope, Send
from pleiad_http.url import URL

__all__ = ["StaticFiles"]

MISSING = "404.html"
KEPT = 256 * 1024
"""Files of at most so many bytes are read where they are looked for, if all is wanted whatever the
client has: a second hop to a thread would take longer."""

_DISK = BaseLocalFileSystem()


class StaticFiles:
    """Files below some directories, as an ASGI application that answers GET and HEAD.

    It stands alone, or mounted somewhere: what it looks for is the path below `root_path`. Each file is
    a `File`, with all that it answers.

    Args:
        directories: One or several; the first that has a file gives it.
        file_system: Where they are, if not on the disk: a `BaseFileSystem`, a file system of fsspec's,
            or the name of one.
        html_mode: Whether `dir/` means `dir/index.html` (`dir` redirects there), and `404.html` in
            one of the directories answers for what is missing.
        send_as_attachment: Whether browsers shall save the files rather than show them.
        headers: Headers of every file.
        hidden_files: Whether files and directories whose names begin with a dot are sent.
        allow_symlinks_outside_directory: Whether symbolic links may lead out of the directories.

    Attributes:
        directories: The directories; on the disk, absolute.

    Raises:
        ImproperlyConfiguredException: There is no directory, one of them does not exist on the disk, or
            what is given as a file system is none.
        ValueError: A header that cannot be sent.
    """

    __slots__ = ("_disposition", "_file_system", "_headers", "_options", "directories")

    def __init__(
        self,
        directories: Directory | Sequence[Directory],
        *,
        file_system: AnyFileSystem | str | None = None,
        html_mode: bool = False,
        send_as_attachment: bool = False,
        headers: Headers | None = None,
        hidden_files: bool = False,
        allow_symlinks_outside_directory: bool = False,
    ) -> None:
        several = [directories] if isinstance(directories, str | os.PathLike) else directories
        given = usable(file_system)
        on_disk = given is None or type(given) is BaseLocalFileSystem
        self._file_system = _DISK if given is None else given
        self.directories = tuple(
            _directory(each) if on_disk else os.fspath(each) for each in several
        )
        if not self.directories:
            raise ImproperlyConfiguredException("static files: name at least one directory")
        self._disposition: Disposition = "attachment" if send_as_attachment else "inline"
        self._headers = dict(Response(headers=headers).headers.multi_items())
        self._options: Mapping[str, bool] = {
            "html_mode": html_mode,
            "hidden_files": hidden_files,
            "allow_symlinks_outside_directory": allow_symlinks_outside_directory,
        }

    async def response(self, path: str, scope: Scope) -> Response[Any]:
        """The response to a GET or HEAD request, for an app that answers exceptions itself.

        Args:
            path: Relative to the directories, decoded exactly once.
            scope: The request's.

        Raises:
            NotFoundException: There is no such file.
            ImproperlyConfiguredException: No file system has the name.
        """
        file_system = file_system_of(self._file_system, scope)
        if file_system is None:
            found = await to_thread.run_sync(self._look, path, scope)
        else:
            found = await self._look_in(file_system, path)
        if found is None:
            raise NotFoundException
        if isinstance(found, bytes):
            return Response(found, status_code=404, media_type=MediaType.HTML)
        if found.is_index and scope["path"][-1:] not in ("/", ""):
            return Redirect(_with_slash(scope), status_code=307)
        file = File(
            found.path,
            filename=found.name,
            content_disposition_type=self._disposition,
            file_info=found.info,
            file_system=file_system or _DISK,
            headers=self._headers,
        )
        if found.measured is not None:
            file.take(found.measured)
        return file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; what is no HTTP is declined."""
        if scope["type"] != "http":
            await _decline(scope, receive, send)
            return
        try:
            if scope["method"] not in ("GET", "HEAD"):
                raise MethodNotAllowedException(headers={"Allow": "GET, HEAD"})
            response = await self.response(_path_below_root(scope), scope)
        except ClientException as error:
            response = error_response(error)
        await response(scope, receive, send)

    def _look(self, path: str, scope: Scope) -> FoundFile | bytes | None:
        """The file, and what is in it, or the content of the page that answers for it."""
        found = find_file(path, self.directories, **self._options)
        if found is not None and scope.get("method") in ("GET", "HEAD"):
            most = KEPT if is_unconditional(scope) else -1
            return replace(found, measured=measured_file(found.path, most))
        if found is not None or not self._options["html_mode"]:
            return found
        page = find_file(MISSING, self.directories, **self._options)
        if page is None:
            return None
        try:
            with open(page.path, "rb") as file:
                return file.read()
        except OSError:
            return None

    async def _look_in(self, file_system: BaseFileSystem, path: str) -> FoundFile | bytes | None:
        """The same of another file system."""
        found = await find_remote_file(file_system, path, self.directories, **self._options)
        if found is not None or not self._options["html_mode"]:
            return found
        page = await find_remote_file(file_system, MISSING, self.directories, **self._options)
        try:
            return None if page is None else await file_system.read_bytes(page.path)
        except OSError as error:
            if is_absent(error):
                return None
            raise


def _directory(given: Directory) -> str:
    path = os.path.abspath(given)  # what is relative stays where it is, whatever chdir() is called
    if not os.path.isdir(path):
        raise ImproperlyConfiguredException(
            f"static files: there is no directory '{os.fspath(given)}' (looked for {path}):"
            " create it, name another, or say file_system= where it is not on the disk"
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
