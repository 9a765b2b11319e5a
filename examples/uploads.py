"""Uploads of any size: the parts of a form as they arrive, saved, counted or refused."""

# --8<-- [start:imports]
import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from pleiad import Pleiad, Request, post
from pleiad.datastructures import Limits, Parts
from pleiad.exceptions import ClientException
from pleiad.testing import TestClient

UPLOADS = TemporaryDirectory()
# --8<-- [end:imports]


# --8<-- [start:save]
@post("/videos", limits=Limits(body=50_000_000_000, files=1))
async def upload_video(parts: Parts) -> dict[str, object]:
    saved: dict[str, object] = {}
    async for part in parts:
        if part.is_file:
            path = Path(UPLOADS.name, uuid4().hex)
            saved |= {"name": part.filename, "bytes": await part.save(path)}
        else:
            saved[part.name] = await part.text(limit=1000)
    return saved


# --8<-- [end:save]
# --8<-- [start:chunks]
@post("/checksums", limits=Limits(body=None))
async def checksums(request: Request) -> dict[str, str]:
    found: dict[str, str] = {}
    async for part in request.parts():
        digest = hashlib.sha256()
        async for chunk in part:
            digest.update(chunk)
        found[part.filename or part.name] = digest.hexdigest()[:12]
    return found


# --8<-- [end:chunks]
# --8<-- [start:early]
@post("/photos", limits=Limits(body=100_000_000))
async def add_photos(parts: Parts) -> int:
    album = await anext(parts, None)
    if album is None or album.name != "album" or not await album.text():
        raise ClientException("Name the album before its photos")
    return sum([len(await part.read(limit=5_000_000)) async for part in parts])


# --8<-- [end:early]
app = Pleiad([upload_video, checksums, add_photos])


if __name__ == "__main__":
    with UPLOADS, TestClient(app) as client:
        film = {"film": ("C:\\films\\emma.mp4", b"..." * 1_000_000, "video/mp4")}
        print(client.post("/videos", data={"title": "Emma"}, files=film).text)
        two = [("film", film["film"]), ("other", film["film"])]
        print(client.post("/videos", files=two).text)

        print(client.post("/checksums", files=film).text)

        photos = {"photo": ("1.jpg", b"x" * 1000)}
        print(client.post("/photos", data={"album": "Bath"}, files=photos).text)
        print(client.post("/photos", files=photos).text)
        large = {"photo": ("2.jpg", b"x" * 6_000_000)}
        print(client.post("/photos", data={"album": "Bath"}, files=large).text)
