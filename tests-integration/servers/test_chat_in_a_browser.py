"""The page of the chat: two pages of a browser, over two processes and one Redis, in several rooms."""

import shutil
from pathlib import Path

import pytest
from redis_server import RedisServer, needs_redis
from server_process import uvicorn

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"

pytestmark = [
    needs_redis,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium: apt-get install chromium"),
]


@pytest.fixture
def redis(tmp_path):
    with RedisServer(tmp_path) as server:
        yield server


@pytest.fixture
def servers(redis):
    environment = {"REDIS_URL": redis.url}
    with (
        uvicorn(EXAMPLES, "chat:app", env=environment) as one,
        uvicorn(EXAMPLES, "chat:app", env=environment) as two,
    ):
        yield one, two


@pytest.fixture
def pages(servers):
    """A page at each server."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        pages = []
        for server in servers:
            page = browser.new_page()
            page.set_default_timeout(30_000)
            page.goto(f"http://127.0.0.1:{server.port}/")
            pages.append(page)
        yield pages
        browser.close()


def enter(page, name, room):
    page.fill("#name", name)
    page.fill("#room", room)
    page.click("#enter button")
    sync_api.expect(page.locator("#state")).to_have_text(f"in {room}")


def say(page, text):
    page.fill("#text", text)
    page.click("#say button")


def heard(page, *lines):
    sync_api.expect(page.locator("#said li")).to_have_text(list(lines))


def test_two_pages_two_processes_several_rooms(pages):
    ada, ben = pages
    enter(ada, "Ada", "den")
    enter(ben, "Ben", "den")
    say(ada, "hello <b>Ben</b>")
    for page in pages:
        heard(page, "Adahello <b>Ben</b>")
    say(ben, "hi")
    for page in pages:
        heard(page, "Adahello <b>Ben</b>", "Benhi")
    enter(ben, "Ben", "kitchen")
    say(ben, "alone")
    heard(ben, "Benalone")
    heard(ada, "Adahello <b>Ben</b>", "Benhi")
    enter(ben, "Ben", "den")  # the history is there
    heard(ben, "Adahello <b>Ben</b>", "Benhi")


def test_page_comes_back_when_redis_does(pages, redis):
    ada, ben = pages
    enter(ada, "Ada", "den")
    enter(ben, "Ben", "den")
    say(ada, "before")
    heard(ben, "Adabefore")
    redis.kill()
    redis.start()
    for page in pages:  # closed with 1013 the page connects again, and the room begins anew
        heard(page)
        sync_api.expect(page.locator("#state")).to_have_text("in den")
    say(ben, "after")
    for page in pages:
        heard(page, "Benafter")
