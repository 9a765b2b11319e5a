import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin

import anyio
import anyio.to_thread
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import (
    BaseLocalFileSystem,
    ImproperlyConfiguredException,
    NotFoundException,
    ResponseHeader,
)
from pleiad_http.static_files import StaticFiles

pytestmark = pytest.mark.anyio


class Answer:
    def __init__(self, messages: list[Any]) -> None:
        start, *rest = messages
        self.status: int = start["status"]
        self.headers = {k.decode(): v.decode("latin-1") for k, v in start["headers"]}
        self.body = b"".join(each["body"] for each in rest if each["type"] == "http.response.body")


async def call(app: StaticFiles, path: str, method: str = "GET", **scope: Any) -> Answer:
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(
        {"type": "http", "method": method, "path": path, "headers": [], **scope}, receive, send
    )
    return Answer(sent)


async def test_a_file(farm: Path) -> None:
    answer = await call(StaticFiles(farm / "site"), "/a.txt")
    assert (answer.status, answer.body) == (200, b"a")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-length"] == "1"


class Loud(BaseLocalFileSystem):
    """A disk on which everything is in capitals."""

    async def read_bytes(self, path: Any, start: int = 0, end: int = -1) -> bytes:
        return (await super().read_bytes(path, start, end)).upper()


OPTIONS: dict[str, tuple[Any, str, Callable[[Answer], Any], Any, Any]] = {
    "html_mode": (True, "/docs/", lambda answer: answer.status, 404, 200),
    "hidden_files": (True, "/.env", lambda answer: answer.status, 404, 200),
    "allow_symlinks_outside_directory": (
        True,
        "/outside.txt",
        lambda answer: answer.status,
        404,
        200,
    ),
    "file_system": (Loud(), "/a.txt", lambda answer: answer.body, b"a", b"A"),
    "headers": ({"x-a": "b"}, "/a.txt", lambda answer: answer.headers.get("x-a"), None, "b"),
    "send_as_attachment": (
        True,
        "/a.txt",
        lambda answer: answer.headers["content-disposition"],
        'inline; filename="a.txt"',
        'attachment; filename="a.txt"',
    ),
}


@pytest.mark.parametrize("option", OPTIONS)
async def test_an_option(farm: Path, option: str) -> None:
    value, path, look, without, within = OPTIONS[option]
    assert look(await call(StaticFiles(farm / "site"), path)) == without
    assert look(await call(StaticFiles(farm / "site", **{option: value}), path)) == within


def test_no_option_lacks_a_row() -> None:
    parameters = inspect.signature(StaticFiles).parameters.values()
    assert {each.name for each in parameters if each.default is not each.empty} == set(OPTIONS)


async def test_head(farm: Path) -> None:
    answer = await call(StaticFiles(farm / "site"), "/a.txt", "HEAD")
    assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "1")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "get", "BREW"])
@pytest.mark.parametrize("path", ["/a.txt", "/nothing.txt", "/../secret.txt"])
async def test_other_methods(farm: Path, method: str, path: str) -> None:
    answer = await call(StaticFiles(farm / "site"), path, method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


MISSING = b'{"status_code":404,"detail":"Not Found"}'


@pytest.mark.parametrize("form", ["as it is", "quoted", "quoted twice", "every byte quoted"])
async def test_every_refusal_is_the_same(farm: Path, attack: str, form: str) -> None:
    """As a server decodes them: exactly once."""
    octets = attack.encode("utf-8", "surrogatepass")
    raw = {
        "as it is": attack,
        "quoted": unquote(quote(octets)),
        "quoted twice": unquote(quote(quote(octets))),
        "every byte quoted": unquote("".join(f"%{byte:02x}" for byte in octets)),
    }[form]
    answer = await call(StaticFiles([farm / "site", farm / "more"]), f"/{raw}")
    assert (answer.status, answer.body) == (404, MISSING)
    assert answer.headers == {
        "content-type": "application/json",
        "content-length": str(len(MISSING)),
    }


@pytest.mark.parametrize("hidden", [False, True], ids=["", "hidden"])
@pytest.mark.parametrize(
    "path", ["/nothing", "/..", "/docs/..", "/fifo", "/outside.txt", "/plain", "/a\x00"]
)
async def test_the_page_for_what_is_missing(farm: Path, path: str, hidden: bool) -> None:
    app = StaticFiles(farm / "site", html_mode=True, hidden_files=hidden)
    answer = await call(app, path)
    assert (answer.status, answer.body) == (404, b"nothing here")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert (await call(app, path, "HEAD")).body == b""


async def test_a_page_for_what_is_missing_that_is_missing(farm: Path) -> None:
    answer = await call(StaticFiles(farm / "more", html_mode=True), "/nothing")
    assert (answer.status, answer.body) == (404, MISSING)


async def test_a_page_for_what_is_missing_in_another_directory(farm: Path) -> None:
    app = StaticFiles([farm / "more", farm / "site"], html_mode=True)
    assert (await call(app, "/nothing")).body == b"nothing here"
    plain = StaticFiles([farm / "more", farm / "site"])
    assert (await call(plain, "/nothing")).body == MISSING


@pytest.mark.parametrize(
    ("scope", "location"),
    [
        ({"path": "/docs"}, "./docs/"),
        ({"path": "/inside"}, "./inside/"),
        ({"path": "/docs", "query_string": b"a=1&b"}, "./docs/?a=1&b"),
        ({"path": "/docs", "query_string": b"\r\nset-cookie: a"}, "./docs/?%0D%0Aset-cookie:%20a"),
        ({"path": "/docs", "query_string": b"#\xff"}, "./docs/?%23%FF"),
        ({"path": "/static/docs", "root_path": "/static"}, "./docs/"),
        ({"path": "/static", "root_path": "/static"}, "./static/"),
        ({"path": "/ab:c"}, "./ab:c/"),
    ],
    ids=str,
)
async def test_a_directory_gets_its_slash(farm: Path, scope: Any, location: str) -> None:
    answer = await call(StaticFiles(farm / "site", html_mode=True), **scope)
    assert (answer.status, answer.headers["location"]) == (307, location)
    path, _, query = location.partition("?")
    asked = "http://here" + quote(scope["path"])
    assert unquote(urljoin(asked, path)) == unquote(asked) + "/"


@pytest.mark.parametrize(
    "path", ["//evil.example", "//evil.example/..", "/\\evil.example", "//docs", "/.//docs"]
)
async def test_no_redirect_to_another_host(farm: Path, path: str) -> None:
    answer = await call(StaticFiles(farm / "site", html_mode=True), path)
    assert (answer.status, answer.headers.get("location")) == (404, None)


PIECES = [
    "/", "//", ".", "..", "../", "/..", "\\", "~", ":", "C:", "\n", " ", "%2e", "%2f", "@", "?", "docs",
    "index.html", "outside", "site", ".git", "queue", "\uff0e", "\ud800", "inside", "plain", "bad", "ab:c",
]  # fmt: skip


@given(path=st.lists(st.sampled_from(PIECES)).map("".join) | st.text())
async def test_a_redirect_stays_here(farm: Path, path: str) -> None:
    answer = await call(StaticFiles(farm / "site", html_mode=True, hidden_files=True), f"/{path}")
    assert answer.status in (200, 307, 404)
    assert b"outside of the directory" not in answer.body
    if answer.status == 307:
        location = answer.headers["location"]
        assert urljoin("http://here/x", location).startswith("http://here/")


@pytest.mark.parametrize(
    ("root", "path", "body"),
    [
        ("", "/a.txt", b"a"),
        ("/static", "/static/a.txt", b"a"),
        ("/static/", "/static/a.txt", b"a"),
        ("/static", "/a.txt", b"a"),
        ("/stat", "/static/a.txt", MISSING),
        ("/docs", "/docs/page.html", MISSING),
        ("/static", "/static/../a.txt", MISSING),
        ("/..", "/../secret.txt", MISSING),
        ("/static", "/static//etc/passwd", MISSING),
    ],
)
async def test_mounted(farm: Path, root: str, path: str, body: bytes) -> None:
    answer = await call(StaticFiles(farm / "site"), path, root_path=root)
    assert answer.body == body


@pytest.mark.parametrize("path", ["", "/"])
async def test_the_root_is_no_redirect(farm: Path, path: str) -> None:
    answer = await call(StaticFiles(farm / "site", html_mode=True), path)
    assert (answer.status, answer.body) == (200, b"home")


async def test_the_name_is_the_one_that_was_asked_for(farm: Path) -> None:
    answer = await call(StaticFiles(farm / "site"), "/data")
    assert answer.headers["content-type"] == "application/octet-stream"  # not .txt's
    answer = await call(StaticFiles(farm / "site"), "/inside.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(("attachment", "kind"), [(False, "inline"), (True, "attachment")])
async def test_shown_or_saved(farm: Path, attachment: bool, kind: str) -> None:
    app = StaticFiles(farm / "site", send_as_attachment=attachment)
    answer = await call(app, "/a.txt")
    assert answer.headers.get("content-disposition", "inline").startswith(kind)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A": "1", "Cache-Control": "max-age=60"},
        [ResponseHeader("x-a", 1), ResponseHeader("cache-control", "max-age=60")],
    ],
    ids=["mapping", "list"],
)
async def test_headers_of_files(farm: Path, headers: Any) -> None:
    app = StaticFiles(farm / "site", headers=headers)
    found, missing = await call(app, "/a.txt"), await call(app, "/nothing")
    assert (found.headers["x-a"], found.headers["cache-control"]) == ("1", "max-age=60")
    assert not {"x-a", "cache-control"} & missing.headers.keys()


def test_a_header_that_cannot_be_sent(farm: Path) -> None:
    with pytest.raises(ValueError, match="x-a"):
        StaticFiles(farm / "site", headers={"x-a": "1\r\nset-cookie: b"})


@pytest.mark.parametrize(
    ("directories", "named"),
    [
        ([], "at least one"),
        ("nowhere", "no directory 'nowhere'"),
        (["site", "nowhere"], "no directory 'nowhere'"),
        ([Path("secret.txt")], "no directory 'secret.txt'"),
    ],
    ids=str,
)
def test_directories_that_do_not_exist(
    farm: Path, monkeypatch: pytest.MonkeyPatch, directories: Any, named: str
) -> None:
    monkeypatch.chdir(farm)
    with pytest.raises(ImproperlyConfiguredException, match=named):
        StaticFiles(directories)


async def test_a_relative_directory_stays_where_it_is(
    farm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(farm)
    app = StaticFiles("site")
    monkeypatch.chdir("/")
    assert (await call(app, "/a.txt")).body == b"a"


async def test_a_directory_may_be_exchanged(tmp_path: Path) -> None:
    """As a release is: `current` is a link that is set anew."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(name)
    (tmp_path / "current").symlink_to("one")
    app = StaticFiles(tmp_path / "current")
    assert (await call(app, "/a.txt")).body == b"one"
    (tmp_path / "next").symlink_to("two")
    (tmp_path / "next").rename(tmp_path / "current")
    assert (await call(app, "/a.txt")).body == b"two"


async def test_for_an_app_that_answers_exceptions(farm: Path) -> None:
    app = StaticFiles(farm / "site")
    with pytest.raises(NotFoundException) as raised:
        await app.response("../secret.txt", {"path": "/../secret.txt"})
    assert str(farm) not in repr(raised.value) and raised.value.__cause__ is None


async def test_the_disk_is_read_in_one_hop(farm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pleiad_http import static_files

    hops: list[Any] = []
    run_sync = static_files.to_thread.run_sync

    async def counted(function: Any, *arguments: Any) -> Any:
        hops.append(function)
        return await run_sync(function, *arguments)

    monkeypatch.setattr(static_files.to_thread, "run_sync", counted)
    app = StaticFiles([farm / "more", farm / "site"], html_mode=True)
    with monkeypatch.context() as only_there:
        only_there.setattr(static_files, "File", lambda *_, **__: None)
        await app.response("docs/page.html", {"path": "/docs/page.html"})
        await app.response("nothing", {"path": "/nothing"})
    assert len(hops) == 2


@pytest.fixture
def hops(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What threads are asked for."""
    asked: list[Any] = []
    run_sync = anyio.to_thread.run_sync

    async def counted(function: Any, *arguments: Any, **options: Any) -> Any:
        asked.append(function)
        return await run_sync(function, *arguments, **options)

    monkeypatch.setattr(anyio.to_thread, "run_sync", counted)
    return asked


@pytest.mark.parametrize(
    ("method", "headers", "size", "sent", "expected"),
    [
        ("GET", [], 3, 3, 1),
        ("GET", [], 256 * 1024, 256 * 1024, 1),
        ("GET", [], 256 * 1024 + 1, 256 * 1024 + 1, 2),
        ("GET", [(b"range", b"bytes=0-1")], 3, 2, 2),
        ("GET", [(b"if-none-match", b"*")], 3, 0, 1),
        ("GET", [(b"if-none-match", b'"another"')], 3, 3, 2),
        ("GET", [(b"if-match", b'"another"')], 3, 50, 1),  # an error tells what is wrong
        ("HEAD", [], 3, 0, 1),
        ("HEAD", [], 256 * 1024 + 1, 0, 1),
    ],
)
async def test_a_small_file_is_read_where_it_is_looked_for(
    tmp_path: Path, hops: list[Any], method: str, headers: Any, size: int, sent: int, expected: int
) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * size)
    answer = await call(StaticFiles(tmp_path), "/a.txt", method, headers=headers)
    assert (len(hops), len(answer.body)) == (expected, sent)


async def test_what_was_read_is_what_is_told(tmp_path: Path) -> None:
    """Whatever takes its place until it is sent; and then it is not sent again."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"first")
    scope = {"type": "http", "method": "GET", "path": "/a.txt", "headers": []}
    app = StaticFiles(tmp_path)
    response = await app.response("a.txt", scope)
    path.write_bytes(b"another one")
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    for expected in (b"first", b"another one"):
        sent.clear()
        await response(scope, anyio.sleep_forever, send)
        length = dict(sent[0]["headers"])[b"content-length"]
        assert (sent[1]["body"], length) == (expected, b"%d" % len(expected))


async def test_a_response_that_is_given_another_path(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(name)
    scope = {"type": "http", "method": "GET", "path": "/a.txt", "headers": []}
    response: Any = await StaticFiles(tmp_path).response("a.txt", scope)
    response.path = tmp_path / "b.txt"
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await response(scope, anyio.sleep_forever, send)
    assert sent[1]["body"] == b"b.txt"


@pytest.mark.parametrize(
    ("kind", "received", "sent"),
    [
        ("websocket", ["websocket.connect"], ["websocket.close"]),
        (
            "lifespan",
            ["lifespan.startup", "lifespan.shutdown"],
            ["lifespan.startup.complete", "lifespan.shutdown.complete"],
        ),
        ("something", [], []),
    ],
)
async def test_what_is_no_http(farm: Path, kind: str, received: Any, sent: Any) -> None:
    waiting = [{"type": each} for each in received]
    answered: list[Any] = []

    async def receive() -> Any:
        return waiting.pop(0)

    async def send(message: Any) -> None:
        answered.append(message["type"])

    await StaticFiles(farm / "site")({"type": kind, "path": "/a.txt"}, receive, send)
    assert (answered, waiting) == (sent, [])
