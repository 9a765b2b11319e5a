"""What the tests share: fixtures, since test files do not import one another."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("patient", deadline=None)  # no test depends on how fast a machine is
settings.load_profile("patient")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def work() -> Callable[[Callable[[], Any]], int]:
    """Counts the function calls, Python's and C's, that a call makes: a clock that never wavers."""

    def count(do: Callable[[], Any]) -> int:
        calls = 0

        def profile(frame: Any, event: str, arg: Any) -> None:
            nonlocal calls
            calls += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(profile)
        try:
            do()
        finally:
            sys.setprofile(before)
        return calls

    return count


class Channel:
    """A receive channel with prepared messages; it counts how many were taken."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.messages = list(messages)
        self.taken = 0

    async def __call__(self) -> dict[str, Any]:
        self.taken += 1
        if not self.messages:
            return {"type": "http.disconnect"}
        return self.messages.pop(0)


@pytest.fixture
def channel() -> Callable[..., Channel]:
    """Makes a channel of chunks of content; the last one says that it is the last."""

    def make(*chunks: bytes, left: bool = False) -> Channel:
        messages = [{"type": "http.request", "body": each, "more_body": True} for each in chunks]
        if messages and not left:
            messages[-1]["more_body"] = False
        return Channel(*messages)

    return make


@pytest.fixture
def scope() -> Callable[..., dict[str, Any]]:
    """Makes an HTTP scope."""

    def make(
        *headers: tuple[str, str],
        method: str = "GET",
        path: str = "/",
        query: bytes = b"",
        **more: Any,
    ) -> dict[str, Any]:
        raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
        return {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query,
            "headers": raw,
            **more,
        }

    return make


# Folders: what stands in one, and what leads out of it

SECRET = "outside of the directory"

SITE = {
    "site/index.html": "home",
    "site/404.html": "nothing here",
    "site/a.txt": "a",
    "site/a b.txt": "a b",
    "site/ü.txt": "ü",
    "site/%2e%2e": "a name of percent signs",
    "site/a..b": "dots inside",
    "site/...": "three dots",
    "site/docs/index.html": "docs",
    "site/docs/page.html": "page",
    "site/ab:c/index.html": "colon",
    "site/plain/file.txt": "no index here",
    "site/.env": "hidden",
    "site/.git/config": "hidden below",
    "site/.well-known/security.txt": "hidden too",
    "more/a.txt": "second a",
    "more/b.txt": "b",
    "more/plain/index.html": "second plain",
    "site-secret/a.txt": SECRET,
    "site.txt": SECRET,
    "secret.txt": SECRET,
}

LINKS = {
    "site/inside.txt": "a.txt",
    "site/inside": "docs",
    "site/far": "docs/../docs/page.html",
    "site/data": "..data/x.txt",
    "site/..data": ".git",
    "site/.git/x.txt": "config",
    "site/outside.txt": "../secret.txt",
    "site/outside": "..",
    "site/sibling": "../site-secret",
    "site/neighbour": "../site-secret/a.txt",
    "site/twice": "outside.txt",
    "site/out-and-in": "../site/a.txt",
    "site/root": "/",
    "site/passwd": "/etc/passwd",
    "site/zero": "/dev/zero",
    "site/broken": "nowhere",
    "site/loop": "loop",
    "site/ping": "pong",
    "site/pong": "ping",
    "site/bad/index.html": "../../secret.txt",
    "linked": "site",
}


def plant(root: Path) -> Path:
    for name, content in SITE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)
    for name, target in LINKS.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(target)
    os.mkfifo(root / "site/fifo")
    (root / "site/queue").mkdir()
    os.mkfifo(root / "site/queue/index.html")
    chain = root / "site/chain"
    chain.mkdir()
    (chain / "0").write_text("end")
    for n in range(1, 1500):
        (chain / f"{n}").symlink_to(f"{n - 1}")
    return root


@pytest.fixture(scope="session")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder `site`, a folder `more`, and secrets beside them."""
    return plant(tmp_path_factory.mktemp("farm"))


ABOVE = "../secret.txt"

ATTACKS = {
    "missing": "nothing.txt",
    "below-a-file": "a.txt/x",
    "a-file-with-a-slash": "a.txt/",
    "directory": "docs",
    "directory-with-a-slash": "docs/",
    "root": "",
    "root-slash": "/",
    "above": ABOVE,
    "above-after-a-slash": "/" + ABOVE,
    "above-twice": "../" * 9 + "etc/passwd",
    "above-below": "docs/../../secret.txt",
    "above-but-inside": "docs/../a.txt",
    "above-a-file": "a.txt/../a.txt",
    "above-at-the-end": "docs/..",
    "above-only": "..",
    "back-into-it": "../site/a.txt",
    "sibling": "../site-secret/a.txt",
    "sibling-name": "-secret/a.txt",
    "here": "./a.txt",
    "here-only": ".",
    "here-inside": "docs/./page.html",
    "empty-first": "//a.txt",
    "empty-inside": "docs//page.html",
    "empty-last": "docs//",
    "absolute": "/etc/passwd",
    "absolute-after-a-slash": "//etc/passwd",
    "absolute-three": "///etc/passwd",
    "absolute-inside": "docs//etc/passwd",
    "unc": "\\\\host\\share\\x",
    "unc-after-a-slash": "/\\\\host\\share",
    "unc-slashes": "//host/share/x",
    "unc-long": "\\\\?\\C:\\x",
    "backslash": "..\\secret.txt",
    "backslash-inside": "docs\\page.html",
    "drive": "C:/Windows/win.ini",
    "drive-after-a-slash": "/C:/Windows/win.ini",
    "drive-relative": "C:a.txt",
    "drive-inside": "docs/c:x",
    "nul": "a.txt\x00",
    "nul-extension": "a.txt\x00.png",
    "nul-only": "\x00",
    "line-end": "a.txt\n",
    "return": "a.txt\r",
    "delete": "a.txt\x7f",
    "c1": "a.txt\x85",
    "surrogate": "a\ud800.txt",
    "surrogate-escaped": "\udcff.txt",
    "overlong-name": "a" * 256,
    "overlong-path": "a/" * 3000 + "a",
    "overlong-of-short-names": "docs/" + "a/" * 2000,
    "hidden": ".env",
    "hidden-below": ".git/config",
    "hidden-directory": ".well-known/security.txt",
    "hidden-link": "..data/config",
    "three-dots": "...",
    "double-encoded": "%2e%2e/secret.txt",
    "overlong-utf-8": "\ufffd\ufffd/secret.txt",
    "fullwidth-dots": "\uff0e\uff0e/secret.txt",
    "fullwidth-slash": "..\uff0fsecret.txt",
    "one-dot-leader": "\u2024\u2024/secret.txt",
    "tilde": "~/x",
    "link-outside": "outside.txt",
    "link-to-a-directory-outside": "outside/secret.txt",
    "link-to-a-sibling": "sibling/a.txt",
    "link-to-a-file-in-a-sibling": "neighbour",
    "link-to-a-link": "twice",
    "link-to-the-top": "root/etc/passwd",
    "link-absolute": "passwd",
    "link-to-a-device": "zero",
    "link-broken": "broken",
    "link-to-itself": "loop",
    "link-in-a-circle": "ping",
    "link-below-a-circle": "ping/a",
    "links-too-many": "chain/1499",
    "fifo": "fifo",
    "fifo-with-a-slash": "fifo/",
}


@pytest.fixture(params=ATTACKS.values(), ids=ATTACKS.keys())
def attack(request: pytest.FixtureRequest) -> str:
    """A path that is no file below `site`."""
    return str(request.param)
