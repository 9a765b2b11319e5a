"""Files, folders of them, and answers that a client need not be sent twice."""

# --8<-- [start:imports]
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pleiad import Pleiad, Request, Response, get, put
from pleiad.background_tasks import BackgroundTask
from pleiad.datastructures import CacheControlHeader, ETag
from pleiad.exceptions import ClientException
from pleiad.response import File
from pleiad.static_files import create_static_files_router
from pleiad.testing import TestClient
from pleiad_http import precondition

FOLDER = TemporaryDirectory()
FILES = Path(FOLDER.name)
# --8<-- [end:imports]

(FILES / "report.txt").write_text("It is a truth universally acknowledged\n")
(FILES / "site" / "docs").mkdir(parents=True)
(FILES / "site" / "docs" / "index.html").write_text("<h1>Docs</h1>")
(FILES / "site" / "app.js").write_text("alert(1)")
(FILES / "site" / ".env").write_text("SECRET=1")
(FILES / "site" / "404.html").write_text("<h1>Nothing here</h1>")


# --8<-- [start:file]
@get("/report")
async def report() -> File:
    return File(
        FILES / "report.txt",
        filename="Bericht März.txt",
        background=BackgroundTask(print, "sent"),
    )


@get("/report/shown")
async def report_shown() -> File:
    return File(FILES / "report.txt", content_disposition_type="inline")


# --8<-- [end:file]
# --8<-- [start:static]
site = create_static_files_router(
    "/site",
    [FILES / "site"],
    html_mode=True,
    cache_control=CacheControlHeader(public=True, max_age=3600),
)
# --8<-- [end:static]


@dataclass
class Note:
    text: str
    version: int = 1


notes = {1: Note("buy tea")}


# --8<-- [start:content]
@get("/notes", etag="content", cache_control=CacheControlHeader(no_cache=True))
async def list_notes() -> dict[int, Note]:
    return notes


# --8<-- [end:content]
# --8<-- [start:set]
@get("/notes/{note_id:int}")
async def show_note(note_id: int) -> Response[Note]:
    response = Response(notes[note_id])
    response.set_etag(str(notes[note_id].version))
    return response


# --8<-- [end:set]
# --8<-- [start:change]
@put("/notes/{note_id:int}")
async def save_note(note_id: int, data: Note, request: Request) -> Note:
    version = notes[note_id].version
    if precondition("PUT", request.scope["headers"], ETag(str(version)), None):
        raise ClientException("Somebody else has changed it", status_code=412)
    notes[note_id] = Note(data.text, version + 1)
    return notes[note_id]


# --8<-- [end:change]
# --8<-- [start:hints]
@get("/", media_type="text/html")
async def home(request: Request) -> str:
    await request.send_early_hints(["</site/app.js>; rel=preload; as=script"])
    return "<script src=/site/app.js></script>"


# --8<-- [end:hints]
app = Pleiad([report, report_shown, site, list_notes, show_note, save_note, home])


if __name__ == "__main__":
    with FOLDER, TestClient(app) as client:

        def show(path: str, *told: str, method: str = "GET", **headers: str) -> None:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            json = {"text": "buy milk"} if method == "PUT" else None
            answer = client.request(method, path, headers=names, json=json, follow_redirects=False)
            asked = " ".join(f"{name}: {value}" for name, value in names.items())
            print(f"{method} {path} {asked}".rstrip())
            shown = [answer.headers[name] for name in told] + [answer.text.strip()]
            print("  ", answer.status_code, *filter(None, shown))

        show("/report", "content-disposition")
        show("/report/shown", "content-range", range="bytes=0-4")
        show("/report/shown", "content-range", range="bytes=100-")

        show("/site/docs", "location")
        show("/site/docs/", "cache-control")
        show("/site/%2e%2e/report.txt")
        show("/site/.env")

        tag = client.get("/notes").headers["etag"]
        show("/notes")
        show("/notes", if_none_match=tag)
        show("/notes/1", "etag")
        show("/notes/1", if_none_match='"1"')
        show("/notes/1", method="PUT", if_match='"1"')
        show("/notes/1", method="PUT", if_match='"1"')
