"""The app of the files that the servers serve: those of the folder that `FILES` names."""

import os
from pathlib import Path

from pleiad import Pleiad, Request, get
from pleiad.background_tasks import BackgroundTask
from pleiad.response import File
from pleiad.static_files import create_static_files_router

FILES = Path(os.environ["FILES"])


def tell(what: str) -> None:
    """Print it, and how many regular files of ours are open."""
    open_files = 0
    for each in Path("/proc/self/fd").iterdir():
        try:
            open_files += each.readlink().is_relative_to(FILES)
        except OSError:  # the descriptor that iterdir() had
            continue
    print(f"{what}: {open_files} open", flush=True)  # noqa: T201


@get("/file/{name:str}")
async def file(name: str) -> File:
    return File(FILES / name, background=BackgroundTask(tell, f"{name} sent"))


@get("/open")
async def show_open() -> None:
    tell("now")


@get("/hints")
async def hints(request: Request) -> bool:
    return await request.send_early_hints(["</style.css>; rel=preload; as=style"])


site = create_static_files_router("/site", FILES / "site", html_mode=True)
plain = create_static_files_router("/plain", FILES / "site", name="plain")
app = Pleiad([file, show_open, hints, site, plain])
