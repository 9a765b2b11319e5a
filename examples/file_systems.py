"""Files that are not on the disk: of fsspec's file systems, and of one's own."""

# --8<-- [start:imports]
from collections.abc import AsyncGenerator
from os import PathLike
from typing import Any

from fsspec.implementations.memory import MemoryFileSystem

from pleiad import Pleiad, get
from pleiad.file_system import BaseFileSystem, FileInfo, FileSystemRegistry
from pleiad.response import File
from pleiad.static_files import create_static_files_router
from pleiad.testing import TestClient

bucket = MemoryFileSystem()  # as fsspec.filesystem("s3", asynchronous=True)
# --8<-- [end:imports]

bucket.pipe_file("/films/intro.mp4", b"0123456789")
bucket.pipe_file("/site/index.html", b"<h1>From the bucket</h1>")
bucket.pipe_file("/site/.env", b"SECRET=1")


# --8<-- [start:file]
@get("/films/{name:str}")
async def film(name: str) -> File:
    return File(f"films/{name}", file_system=bucket)


# --8<-- [end:file]
# --8<-- [start:static]
site = create_static_files_router("/site", ["site"], file_system="bucket", html_mode=True)
# --8<-- [end:static]


# --8<-- [start:own]
Path = str | PathLike[str]


class Documents(BaseFileSystem):
    """Files that are the rows of a table."""

    def __init__(self, rows: dict[str, tuple[int, bytes]]) -> None:
        self.rows = rows

    async def info(self, path: Path, **kwargs: Any) -> FileInfo:
        version, content = self._row(path)
        return {"name": str(path), "size": len(content), "type": "file", "etag": str(version)}

    async def read_bytes(self, path: Path, start: int = 0, end: int = -1) -> bytes:
        content = self._row(path)[1]
        return content[start:] if end == -1 else content[start : end + 1]

    async def iter(
        self, path: Path, chunksize: int, start: int = 0, end: int = -1
    ) -> AsyncGenerator[bytes, None]:
        content = await self.read_bytes(path, start, end)
        for at in range(0, len(content), chunksize):
            yield content[at : at + chunksize]

    def _row(self, path: Path) -> tuple[int, bytes]:
        if str(path) not in self.rows:
            raise FileNotFoundError(path)
        return self.rows[str(path)]


documents = Documents({"contract.txt": (7, b"Between the parties")})


@get("/documents/{name:str}")
async def document(name: str) -> File:
    return File(name, file_system=documents, content_disposition_type="inline")


# --8<-- [end:own]
# --8<-- [start:app]
app = Pleiad(
    [film, site, document],
    plugins=[FileSystemRegistry({"bucket": bucket})],
)
# --8<-- [end:app]


if __name__ == "__main__":
    with TestClient(app) as client:

        def show(path: str, *told: str, **headers: str) -> None:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            answer = client.get(path, headers=names)
            asked = " ".join(f"{name}: {value}" for name, value in names.items())
            print(f"GET {path} {asked}".rstrip())
            print("  ", answer.status_code, *(answer.headers[name] for name in told), answer.text)

        show("/films/intro.mp4", "content-range", range="bytes=2-4")
        show("/films/outro.mp4")
        show("/site/")
        show("/site/.env")
        show("/site/%2e%2e/films/intro.mp4")
        show("/documents/contract.txt", "etag")
        show("/documents/contract.txt", if_none_match='"7"')
