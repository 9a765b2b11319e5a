"""File systems: where files are that are not on the disk, and the names that an app gives them."""

from collections.abc import Mapping

from pleiad.config.app import AppConfig
from pleiad.plugins import InitPlugin
from pleiad_http import (
    FILE_SYSTEMS,
    AnyFileSystem,
    ASGIApp,
    BaseFileSystem,
    BaseLocalFileSystem,
    FileInfo,
    FsspecAsyncWrapper,
    FsspecSyncWrapper,
    LinkableFileSystem,
    Receive,
    Scope,
    Send,
    get_fsspec_mtime_equivalent,
    maybe_wrap_fsspec_file_system,
)

__all__ = [
    "AnyFileSystem",
    "BaseFileSystem",
    "BaseLocalFileSystem",
    "FileInfo",
    "FileSystemRegistry",
    "FsspecAsyncWrapper",
    "FsspecSyncWrapper",
    "LinkableFileSystem",
    "get_fsspec_mtime_equivalent",
    "maybe_wrap_fsspec_file_system",
]


class FileSystemRegistry(InitPlugin):
    """Names file systems, for `File(file_system="assets")` and static files; `file` is the disk.

    Args:
        file_systems: The file systems, ours or fsspec's, by name.
        default: Where a `File` is read from that names none; the disk, if nothing else is said.

    Attributes:
        default: Where a `File` is read from that names none.

    Raises:
        ImproperlyConfiguredException: What is given as a file system is none.
    """

    def __init__(
        self,
        file_systems: Mapping[str, AnyFileSystem] | None = None,
        default: AnyFileSystem | None = None,
    ) -> None:
        disk = BaseLocalFileSystem()
        self.default = disk if default is None else maybe_wrap_fsspec_file_system(default)
        self._named: dict[str | None, BaseFileSystem] = {None: self.default, "file": disk}
        for name, each in (file_systems or {}).items():
            self._named[name] = maybe_wrap_fsspec_file_system(each)

    def get(self, name: str) -> BaseFileSystem | None:
        """The file system of a name."""
        return self._named.get(name)

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Have every request know the names."""
        app_config.middleware.insert(0, self._named_in)
        return app_config

    def _named_in(self, app: ASGIApp) -> ASGIApp:
        async def named(scope: Scope, receive: Receive, send: Send) -> None:
            scope[FILE_SYSTEMS] = self._named
            await app(scope, receive, send)

        return named
