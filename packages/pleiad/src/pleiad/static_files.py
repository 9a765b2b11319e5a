"""A router that sends the files of some directories."""

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

from pleiad.declaring.options import LayerOptions
from pleiad.handlers import get
from pleiad.router import Router
from pleiad_http import AnyFileSystem, Directory, Request, Response, ResponseHeader, StaticFiles

__all__ = ["create_static_files_router"]


def create_static_files_router(
    path: str,
    directories: Directory | Sequence[Directory],
    *,
    file_system: AnyFileSystem | str | None = None,
    html_mode: bool = False,
    send_as_attachment: bool = False,
    headers: Mapping[str, str] | Sequence[ResponseHeader] | None = None,
    hidden_files: bool = False,
    allow_symlinks_outside_directory: bool = False,
    name: str = "static",
    router_class: type[Router] = Router,
    **options: Unpack[LayerOptions],
) -> Router:
    """Send the files below some directories.

    Args:
        path: The prefix of their paths.
        directories: See `StaticFiles`, as for the options below.
        file_system: Where they are, if not on the disk; the name of one is that of a
            `FileSystemRegistry`, whose default is not taken here.
        html_mode: Whether `dir/` means `dir/index.html`, and `404.html` answers for what is missing.
        send_as_attachment: Whether browsers shall save the files rather than show them.
        headers: Headers of every file.
        hidden_files: Whether names that begin with a dot are sent.
        allow_symlinks_outside_directory: Whether symbolic links may lead out of the directories.
        name: For reverse routing: `url_for(name, file_path="/style.css")`.
        router_class: Makes the router.
        **options: See `LayerOptions`. The OpenAPI document shows no files, unless
            `include_in_schema` says so.

    Raises:
        ImproperlyConfiguredException: See `StaticFiles`.
        ValueError: See `StaticFiles`.
    """
    files = StaticFiles(
        directories,
        file_system=file_system,
        html_mode=html_mode,
        send_as_attachment=send_as_attachment,
        headers=headers,
        hidden_files=hidden_files,
        allow_symlinks_outside_directory=allow_symlinks_outside_directory,
    )

    @get("/{file_path:path}", name=name)
    async def static_file(file_path: str, request: Request[Any, Any, Any]) -> Response[Any]:
        end = "/" if request.scope["path"].endswith("/") else ""  # routing leaves that out
        return await files.response(f"{file_path}{end}", request.scope)

    @get("/")
    async def static_index(request: Request[Any, Any, Any]) -> Response[Any]:
        return await files.response("/", request.scope)

    handlers = [static_file, static_index] if html_mode else [static_file]
    options.setdefault("include_in_schema", False)
    return router_class(path, route_handlers=handlers, **options)
