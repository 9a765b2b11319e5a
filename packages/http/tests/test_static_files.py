import inspect
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import ImproperlyConfiguredException, NotFoundException, ResponseHeader
from pleiad_http.static_files import StaticFiles, find_file, is_name

pytestmark = pytest.mark.anyio

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


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return plant(tmp_path_factory.mktemp("farm"))


def content(farm: Path, path: str, **options: bool) -> str | None:
    found = find_file(path, [farm / "site"], **options)
    return None if found is None else Path(found.path).read_text()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.txt", "a"),
        ("/a.txt", "a"),
        ("docs/page.html", "page"),
        ("a b.txt", "a b"),
        ("ü.txt", "ü"),
        ("a..b", "dots inside"),
        ("%2e%2e", "a name of percent signs"),
        ("inside.txt", "a"),
        ("inside/page.html", "page"),
        ("far", "page"),
        ("data", "hidden below"),
        ("out-and-in", "a"),
        ("chain/30", "end"),
    ],
)
def test_found(farm: Path, path: str, text: str) -> None:
    assert content(farm, path) == text


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


@pytest.mark.parametrize("path", ATTACKS.values(), ids=ATTACKS.keys())
def test_nothing(farm: Path, path: str) -> None:
    assert content(farm, path) is None


@pytest.mark.parametrize(
    ("directory", "path"),
    [
        pytest.param("/dev", "null", id="device"),
        pytest.param("/dev", "zero", id="endless-device"),
        pytest.param("/nowhere", "a.txt", id="no-directory"),
        pytest.param("/etc/passwd", "", id="a-file-for-a-directory"),
        pytest.param("/etc/passwd", "a", id="below-a-file"),
        pytest.param("\x00", "a.txt", id="nul"),
    ],
)
def test_directories_with_nothing_to_send(directory: str, path: str) -> None:
    assert find_file(path, [directory]) is None
    assert find_file(path, [directory], html_mode=True, hidden_files=True) is None


def test_a_socket_is_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # its path has to be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        assert find_file("s", ["."]) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hand a file to another")
def test_what_may_not_be_read_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "a.txt").chmod(0)
    tmp_path.chmod(0o755)
    child = os.fork()
    if child == 0:  # access() asks for the real user, so the whole process becomes another
        code = 2
        try:
            os.setuid(65534)
            os.chdir(tmp_path)
            code = int(find_file("a.txt", ["."]) is not None)
        except PermissionError:
            code = 0  # not even the directory: the test cannot be made here
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".env", "hidden"),
        (".git/config", "hidden below"),
        (".well-known/security.txt", "hidden too"),
        ("..data/config", "hidden below"),
        ("...", "three dots"),
        ("a.txt", "a"),
    ],
)
def test_hidden_files_where_they_are_wanted(farm: Path, path: str, text: str) -> None:
    assert content(farm, path, hidden_files=True) == text


@pytest.mark.parametrize(
    "path", ["..", ".", "../secret.txt", "docs/..", "docs/../a.txt", ".git/.."]
)
def test_dots_are_not_hidden_files(farm: Path, path: str) -> None:
    assert content(farm, path, hidden_files=True) is None
    assert content(farm, path, hidden_files=True, html_mode=True) is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("", "home"),
        ("/", "home"),
        ("docs", "docs"),
        ("docs/", "docs"),
        ("inside/", "docs"),
        ("ab:c/", "colon"),
        ("docs/page.html", "page"),
        ("docs/index.html", "docs"),
        ("docs/index.html/", None),
        ("docs//", None),
        ("plain", None),
        ("plain/", None),
        ("a.txt/", None),
        ("queue/", None),
        ("bad/", None),
        ("outside/", None),
        ("root/", None),
        (".git/", None),
        ("..", None),
        ("docs/..", None),
    ],
)
def test_html_mode(farm: Path, path: str, text: str | None) -> None:
    assert content(farm, path, html_mode=True) == text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.txt", "a"),
        ("b.txt", "b"),
        ("plain/", "second plain"),
        ("plain/file.txt", "no index here"),
        ("c.txt", None),
    ],
)
def test_the_first_directory_that_has_it(farm: Path, path: str, text: str | None) -> None:
    found = find_file(path, [farm / "nowhere", farm / "site", farm / "more"], html_mode=True)
    assert (found and Path(found.path).read_text()) == text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("outside.txt", SECRET),
        ("twice", SECRET),
        ("sibling/a.txt", SECRET),
        ("a.txt", "a"),
        ("../secret.txt", None),
        ("zero", None),
        ("root/dev/null", None),
        ("loop", None),
        (".env", None),
    ],
)
def test_links_that_lead_outside_where_they_are_wanted(
    farm: Path, path: str, text: str | None
) -> None:
    """They switch off the one check, and no other."""
    assert content(farm, path, allow_symlinks_outside_directory=True) == text


WINDOWS = [
    "con", "CON", "nul", "NUL.txt", "aux .c", "com1", "COM1.a.b", "lpt\u00b9", "conin$", "CONOUT$",
    "a.", "a ", "a.txt. .", "a.txt:stream", "a.txt::$DATA", "a*", "a?b", 'a"', "<a", "a|b", "PROGRA~1",
]  # fmt: skip


@pytest.mark.parametrize("name", WINDOWS)
def test_names_that_windows_takes_for_others(name: str) -> None:
    assert (is_name(name, windows=True), is_name(name, windows=False)) == (False, True)


@pytest.mark.parametrize(
    "name", ["console.txt", "a.nul", "com", "com10", "auxiliary", "a~b", "a b.c"]
)
def test_names_that_windows_takes_as_they_are(name: str) -> None:
    assert is_name(name, windows=True)


def test_a_directory_may_be_a_link_itself(farm: Path) -> None:
    found = find_file("inside.txt", [farm / "linked"])
    assert found is not None
    assert (found.path, found.name) == (os.path.realpath(farm / "site/a.txt"), "inside.txt")


def test_the_root_of_the_disk_may_be_the_directory(farm: Path) -> None:
    found = find_file(str(farm.resolve() / "secret.txt"), ["/"])
    assert found is not None and Path(found.path).read_text() == SECRET


PIECES = [
    "/", "//", ".", "..", "../", "/..", "\\", "..\\", "~", ":", "C:", "\x00", "\n", " ", "%2e", "%2f",
    "a.txt", "docs", "page.html", "index.html", "outside", "outside.txt", "sibling", "root", "site",
    "site-secret", "secret.txt", "..data", ".git", "config", "fifo", "queue", "loop", "etc/passwd",
    "zero", "\uff0e", "\ud800", "inside", "plain", "bad",
]  # fmt: skip


@given(
    path=st.lists(st.sampled_from(PIECES)).map("".join) | st.text(),
    html_mode=st.booleans(),
    hidden=st.booleans(),
)
def test_no_path_leads_outside(farm: Path, path: str, html_mode: bool, hidden: bool) -> None:
    found = find_file(path, [farm / "site"], html_mode=html_mode, hidden_files=hidden)
    if found is not None:
        real = Path(found.path)
        assert real.is_file() and (farm / "site").resolve() in real.parents
        assert real == real.resolve() and real.read_text() != SECRET
        assert ".." not in path.split("/")


def test_work_grows_with_the_path(farm: Path, work: Callable[[Callable[[], Any]], int]) -> None:
    once = work(lambda: find_file("a/" * 1000, [farm / "site"]))
    assert work(lambda: find_file("a/" * 2000, [farm / "site"])) <= 2.5 * once
    assert work(lambda: find_file("a/" * 10**6, [farm / "site"])) < 50


# The app


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
@pytest.mark.parametrize("path", ATTACKS.values(), ids=ATTACKS.keys())
async def test_every_refusal_is_the_same(farm: Path, path: str, form: str) -> None:
    """As a server decodes them: exactly once."""
    octets = path.encode("utf-8", "surrogatepass")
    raw = {
        "as it is": path,
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


@given(path=st.lists(st.sampled_from(PIECES)).map("".join) | st.text())
async def test_a_redirect_stays_here(farm: Path, path: str) -> None:
    answer = await call(StaticFiles(farm / "site", html_mode=True, hidden_files=True), f"/{path}")
    assert answer.status in (200, 307, 404)
    assert SECRET.encode() not in answer.body
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
