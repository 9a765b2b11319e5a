import email
import errno
import logging
import os
import re
import socket
import stat
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio.lowlevel import checkpoint
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pleiad_http import BackgroundTask, Cookie, ETag, File, NotFoundException
from pleiad_http.dates import http_date

pytestmark = pytest.mark.anyio

CONTENT = bytes(range(256)) * 40
SIZE = len(CONTENT)
THEN = 784111777
MODIFIED = http_date(THEN)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "data.bin"
    made.write_bytes(CONTENT)
    os.utime(made, (THEN, THEN))
    return made


class Sent:
    """What was sent of a response."""

    def __init__(self, messages: list[Any]) -> None:
        start, *rest = messages
        self.status: int = start["status"]
        self.headers = {k.decode(): v.decode("latin-1") for k, v in start["headers"]}
        self.pieces = [each.get("body", b"") for each in rest]
        self.body = b"".join(self.pieces)
        self.types = [each["type"].rpartition(".")[2] for each in rest]
        self.is_complete = bool(rest) and not rest[-1].get("more_body", False)


async def call(
    app: Any, method: str = "GET", extensions: Any = None, send: Any = None, **headers: str
) -> Sent:
    messages: list[Any] = []

    async def keep(message: Any) -> None:
        messages.append(message)
        if send is not None:
            await send(message)

    raw = [(k.replace("_", "-").encode(), v.encode("latin-1")) for k, v in headers.items()]
    scope = {"type": "http", "method": method, "headers": raw, "extensions": extensions}
    with anyio.fail_after(10):
        await app(scope, anyio.sleep_forever, keep)
    return Sent(messages)


@pytest.fixture(autouse=True)
def _nothing_stays_open() -> Any:
    before = set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else set()
    yield
    if before:
        left = [each for each in set(os.listdir("/proc/self/fd")) - before if _is_regular(each)]
        assert not left


def _is_regular(descriptor: str) -> bool:
    try:
        return stat.S_ISREG(os.fstat(int(descriptor)).st_mode)
    except OSError:
        return False


# The whole file


@pytest.mark.parametrize("chunk_size", [1000, SIZE - 1, SIZE, SIZE + 1, 1 << 20])
async def test_the_whole_file(path: Path, chunk_size: int) -> None:
    sent = await call(File(path, chunk_size=chunk_size))
    assert (sent.status, sent.body, sent.is_complete) == (200, CONTENT, True)
    assert sent.headers == {
        "content-disposition": 'attachment; filename="data.bin"',
        "content-type": "application/octet-stream",
        "content-length": str(SIZE),
        "accept-ranges": "bytes",
        "etag": f'"{THEN * 10**9:x}-{SIZE:x}"',
        "last-modified": MODIFIED,
    }
    assert max(map(len, sent.pieces)) <= chunk_size


async def test_what_fits_into_a_chunk_is_one_message(path: Path) -> None:
    assert (await call(File(path))).types == ["body"]


@pytest.mark.parametrize("chunk_size", [100, 1 << 20])
async def test_head(path: Path, chunk_size: int) -> None:
    sent = await call(File(path, chunk_size=chunk_size), "HEAD", range="bytes=0-1")
    assert (sent.status, sent.body, sent.headers["content-length"]) == (200, b"", str(SIZE))


async def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    sent = await call(File(tmp_path / "a"), range="bytes=0-")
    assert (sent.status, sent.body, sent.headers["content-length"]) == (200, b"", "0")


@pytest.mark.parametrize(
    ("options", "header", "expected"),
    [
        ({"filename": "x.html"}, "content-type", "text/html; charset=utf-8"),
        ({"filename": "x.html"}, "content-disposition", 'attachment; filename="x.html"'),
        ({"filename": ""}, "content-disposition", "attachment"),
        ({"filename": "ü"}, "content-disposition", "attachment; filename=\"_\"; filename*=UTF-8''%C3%BC"),
        ({"content_disposition_type": "inline"}, "content-disposition", 'inline; filename="data.bin"'),
        ({"media_type": "text/csv"}, "content-type", "text/csv; charset=utf-8"),
        ({"media_type": "text/csv; charset=latin-1"}, "content-type", "text/csv; charset=latin-1"),
        ({"etag": ETag("mine", weak=True)}, "etag", 'W/"mine"'),
        ({"headers": {"ETag": '"mine"'}}, "etag", '"mine"'),
        ({"headers": {"Last-Modified": "x"}}, "last-modified", "x"),
        ({"headers": {"Accept-Ranges": "none"}}, "accept-ranges", "none"),
        ({"headers": {"Content-Disposition": "inline"}}, "content-disposition", "inline"),
        ({"headers": {"Content-Type": "a/b"}}, "content-type", "a/b"),
        ({"headers": {"X-A": "b"}}, "x-a", "b"),
        ({"cookies": [Cookie("a", "b")]}, "set-cookie", "a=b; Path=/; SameSite=lax"),
    ],
    ids=str,
)  # fmt: skip
async def test_what_it_is_told(path: Path, options: Any, header: str, expected: str) -> None:
    assert (await call(File(path, **options))).headers[header] == expected


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"chunk_size": 0}, "chunk_size=0"),
        ({"chunk_size": -1}, "chunk_size=-1"),
        ({"content_disposition_type": "x"}, "'attachment' or 'inline'"),
        ({"headers": {"x-a": "b\r\nc: d"}}, "x-a"),
        ({"media_type": "a/b\r\nc: d"}, "content-type"),
    ],
)
def test_what_it_cannot_be_told(options: Any, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        File("a", **options)


async def test_its_name_is_that_of_the_path() -> None:
    assert File("/a/b/c.txt").filename == "c.txt"
    assert File(Path("a/ü.txt")).headers["content-disposition"].startswith("attachment; filename=")
    assert repr(File("/a/b")) == "File(200, '/a/b')"


async def test_another_status_is_no_version(path: Path) -> None:
    sent = await call(File(path, status_code=404), if_none_match="*", range="bytes=0-1")
    assert (sent.status, sent.body) == (404, CONTENT)
    assert not {"etag", "last-modified", "accept-ranges"} & sent.headers.keys()


async def test_what_the_route_says(path: Path) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await File(path, headers={"x-a": "mine"}).send(
        {"method": "GET", "headers": []},
        anyio.sleep_forever,
        send,
        status_code=201,
        media_type="text/css",
        headers={"X-A": "route's", "ETag": '"route\'s"'},
        cookies=[Cookie("a", "b")],
    )
    told = Sent(sent)
    assert (told.status, told.headers["x-a"], told.headers["etag"]) == (201, "mine", '"route\'s"')
    assert told.headers["content-type"] == "text/css; charset=utf-8"
    assert told.headers["set-cookie"].startswith("a=b")


def test_it_is_never_there_as_a_whole() -> None:
    with pytest.raises(TypeError, match="no content at one time"):
        File("a").messages()


# Parts of it


@pytest.mark.parametrize("chunk_size", [7, 1 << 20])
@pytest.mark.parametrize(
    ("header", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, SIZE),
        ("bytes=10-19", 10, 20),
        ("bytes=-5", SIZE - 5, SIZE),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        ("bytes=0-9,5-19", 0, 20),
        ("bytes=3-7,99999-", 3, 8),
    ],
)
async def test_one_range(path: Path, header: str, start: int, end: int, chunk_size: int) -> None:
    sent = await call(File(path, chunk_size=chunk_size), range=header)
    assert (sent.status, sent.body, sent.is_complete) == (206, CONTENT[start:end], True)
    assert sent.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert sent.headers["content-length"] == str(end - start)
    assert sent.headers["content-type"] == "application/octet-stream"
    assert sent.headers["etag"] and sent.headers["last-modified"] == MODIFIED


def parts_of(sent: Sent) -> list[tuple[str, str, bytes]]:
    """The parts of multipart/byteranges, read by the standard library."""
    head = f"Content-Type: {sent.headers['content-type']}\r\n\r\n".encode()
    message: Any = email.message_from_bytes(head + sent.body)
    assert message.is_multipart()
    assert not message.defects
    return [
        (part["content-type"], part["content-range"], part.get_payload(decode=True))
        for part in message.get_payload()
    ]


TEXT = b"the quick brown fox jumps over the lazy dog\n" * 50


@pytest.mark.parametrize("chunk_size", [7, 1 << 20])
async def test_several_ranges(tmp_path: Path, chunk_size: int) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT)
    sent = await call(
        File(tmp_path / "a.txt", chunk_size=chunk_size), range="bytes=100-109,0-3,-4,50-54,52-60"
    )
    kind, size = "text/plain; charset=utf-8", len(TEXT)
    assert (sent.status, sent.is_complete) == (206, True)
    assert sent.headers["content-length"] == str(len(sent.body))
    assert "content-range" not in sent.headers
    assert parts_of(sent) == [
        (kind, f"bytes 100-109/{size}", TEXT[100:110]),
        (kind, f"bytes 0-3/{size}", TEXT[:4]),
        (kind, f"bytes {size - 4}-{size - 1}/{size}", TEXT[-4:]),
        (kind, f"bytes 50-60/{size}", TEXT[50:61]),
    ]


@pytest.mark.parametrize(
    "header",
    ["", "bytes", "bytes=a", "bytes=5-4", "items=0-1", "bytes=" + ",".join(["0-0"] * 17), "bytes=" + "0-," * 3000],
    ids=lambda text: text[:20],
)  # fmt: skip
async def test_ranges_that_are_ignored(path: Path, header: str) -> None:
    sent = await call(File(path), range=header)
    assert (sent.status, sent.body) == (200, CONTENT)


async def test_two_range_headers_are_ignored(path: Path) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"range", b"bytes=0-1"), (b"range", b"bytes=2-3")]
    await File(path)({"method": "GET", "headers": headers}, anyio.sleep_forever, send)
    assert Sent(sent).status == 200


@pytest.mark.parametrize("header", [f"bytes={SIZE}-", "bytes=-0", f"bytes={SIZE}-,{SIZE + 5}-"])
async def test_ranges_that_cannot_be_had(path: Path, header: str) -> None:
    sent = await call(File(path), range=header)
    assert (sent.status, sent.headers["content-range"]) == (416, f"bytes */{SIZE}")
    assert sent.body == b'{"status_code":416,"detail":"Range Not Satisfiable"}'
    assert not {"etag", "content-disposition", "accept-ranges"} & sent.headers.keys()


@given(st.lists(st.tuples(st.integers(0, SIZE + 9), st.integers(0, SIZE)), min_size=1, max_size=16))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
async def test_no_answer_is_larger_than_the_file(path: Path, wanted: Any) -> None:
    header = "bytes=" + ",".join(f"{start}-{start + more}" for start, more in wanted)
    sent = await call(File(path, chunk_size=999), range=header)
    framing = 250 * (len(wanted) + 1)
    assert sent.status in (206, 416) and len(sent.body) <= SIZE + framing
    assert sent.headers["content-length"] == str(len(sent.body))


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_ranges_are_about_get(path: Path, method: str) -> None:
    sent = await call(File(path), method, range="bytes=0-1", if_none_match="*")
    assert (sent.status, sent.body) == (200, CONTENT)


# Where the client has something


TAG = f'"{THEN * 10**9:x}-{SIZE:x}"'


@pytest.mark.parametrize(
    ("headers", "status", "size"),
    [
        ({"if_none_match": TAG}, 304, 0),
        ({"if_none_match": f"W/{TAG}"}, 304, 0),
        ({"if_none_match": "*"}, 304, 0),
        ({"if_none_match": '"x"'}, 200, SIZE),
        ({"if_modified_since": MODIFIED}, 304, 0),
        ({"if_modified_since": http_date(THEN - 1)}, 200, SIZE),
        ({"if_modified_since": "nonsense"}, 200, SIZE),
        ({"if_none_match": '"x"', "if_modified_since": MODIFIED}, 200, SIZE),
        ({"if_match": TAG}, 200, SIZE),
        ({"if_match": '"x"'}, 412, None),
        ({"if_unmodified_since": http_date(THEN - 1)}, 412, None),
        ({"range": "bytes=0-4", "if_range": TAG}, 206, 5),
        ({"range": "bytes=0-4", "if_range": MODIFIED}, 206, 5),
        ({"range": "bytes=0-4", "if_range": '"x"'}, 200, SIZE),
        ({"range": "bytes=0-4", "if_range": f"W/{TAG}"}, 200, SIZE),
        ({"range": "bytes=0-4", "if_range": http_date(THEN + 1)}, 200, SIZE),
        ({"range": f"bytes={SIZE}-", "if_range": '"x"'}, 200, SIZE),
        ({"range": f"bytes={SIZE}-", "if_none_match": TAG}, 304, 0),
        ({"range": f"bytes={SIZE}-", "if_match": '"x"'}, 412, None),
        ({"range": "bytes=0-4", "if_match": TAG}, 206, 5),
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_conditions(path: Path, headers: Any, status: int, size: Any, method: str) -> None:
    sent = await call(File(path), method, **headers)
    if method == "HEAD":
        status = 200 if status == 206 else status
        size = None if status == 412 else 0
    assert sent.status == status
    assert size is None or len(sent.body) == size
    if status == 304:
        assert sent.headers == {"etag": TAG, "last-modified": MODIFIED}


async def test_its_version_changes_with_it(path: Path) -> None:
    tags = set()
    for change in range(4):
        if change == 1:
            os.utime(path, ns=(0, THEN * 10**9 + 1))  # within the second
        elif change == 2:
            path.write_bytes(CONTENT[1:])
            os.utime(path, (THEN, THEN))
        elif change == 3:
            path.write_bytes(CONTENT)
        tags.add((await call(File(path))).headers["etag"])
    assert len(tags) == 4


@pytest.mark.parametrize("seconds", [-(10**9), 0, 2**33, 2**36])
async def test_files_of_another_age(path: Path, seconds: int) -> None:
    try:
        os.utime(path, (seconds, seconds))
    except (OSError, OverflowError):
        pytest.skip("no such date in this file system")
    sent = await call(File(path), if_modified_since=MODIFIED)
    assert sent.status in (200, 304)


# Where there is nothing


def make(kind: str, place: Path) -> Path:
    match kind:
        case "directory":
            place.mkdir()
        case "pipe":
            os.mkfifo(place)
        case "socket":
            with socket.socket(socket.AF_UNIX) as listening:
                listening.bind(str(place))
        case "device":
            return Path("/dev/zero")
        case "terminal":
            return Path("/dev/tty")
        case "link to itself":
            place.symlink_to(place)
        case "link to nothing":
            place.symlink_to("nowhere")
        case "link to a pipe":
            os.mkfifo(place.with_name("pipe"))
            place.symlink_to("pipe")
        case "below a file":
            place.touch()
            return place / "x"
        case "long":
            return place.with_name("a" * 300)
        case "nul":
            return place.with_name("a\x00b")
        case "surrogate":
            return place.with_name("a\ud800")
        case _:
            pass
    return place


NOTHING = [
    "nothing", "directory", "pipe", "socket", "device", "terminal", "link to itself", "link to nothing",
    "link to a pipe", "below a file", "long", "nul", "surrogate",
]  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("kind", NOTHING)
async def test_no_file(kind: str, method: str, tmp_path: Path, caplog: Any) -> None:
    sent = await call(File(make(kind, tmp_path / "thing")), method, range="bytes=0-1")
    assert sent.status == 404
    assert str(tmp_path) not in repr(sent.headers) + repr(sent.body)
    assert len(caplog.records) == 1
    message = caplog.records[0].getMessage()
    assert message.startswith("File: ") and message.isprintable()


async def test_no_file_for_an_app_that_answers_exceptions(tmp_path: Path) -> None:
    async def send(message: Any) -> None:
        raise AssertionError

    with pytest.raises(NotFoundException) as raised:
        await File(tmp_path / "x").send({"method": "GET", "headers": []}, anyio.sleep, send)
    assert str(tmp_path) not in repr(raised.value)


async def test_a_file_that_may_not_be_read(path: Path, monkeypatch: Any, caplog: Any) -> None:
    """As root may read everything, the system's answer is made up."""

    def refuse(*_: Any) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", refuse)
    assert (await call(File(path))).status == 404
    assert "Permission denied" in caplog.text


async def test_what_is_the_machines_fault_is_no_404(path: Path, monkeypatch: Any) -> None:
    def refuse(*_: Any) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(OSError, match="Too many"):
        await call(File(path))


async def test_what_is_put_in_its_place_while_it_is_opened(path: Path, monkeypatch: Any) -> None:
    """Looked at before and after: between them it became a pipe."""
    pipe = path.with_name("pipe")
    os.mkfifo(pipe)
    real = os.open
    monkeypatch.setattr(os, "open", lambda _, flags: real(pipe, flags))
    assert (await call(File(path))).status == 404


# What happens while it is sent


async def test_it_is_opened_once(path: Path, monkeypatch: Any) -> None:
    opened: list[Any] = []
    real = os.open

    def count(place: Any, flags: int, *more: Any, **others: Any) -> int:
        opened.append(place)
        return real(place, flags, *more, **others)

    monkeypatch.setattr(os, "open", count)
    await call(File(path, chunk_size=100), range="bytes=0-5,9-9,100-4000")
    assert opened == [path]


async def test_what_takes_its_place_is_not_mixed_into_it(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"x" * SIZE)

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            other.replace(path)

    sent = await call(File(path, chunk_size=100), send=send)
    assert (sent.body, sent.headers["etag"]) == (CONTENT, TAG)


@pytest.mark.parametrize("size", [0, 100, SIZE - 1])
async def test_a_file_that_becomes_shorter_never_looks_complete(path: Path, size: int) -> None:
    messages: list[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)
        if message["type"] == "http.response.start":
            os.truncate(path, size)

    with pytest.raises(EOFError, match="shorter"):
        await call(File(path, chunk_size=100), send=send)
    assert all(each["more_body"] for each in messages[1:])
    assert sum(len(each["body"]) for each in messages[1:]) <= size


async def test_a_file_that_grows_is_sent_as_it_was(path: Path) -> None:
    async def send(message: Any) -> None:
        with path.open("ab") as growing:
            growing.write(b"more")

    sent = await call(File(path, chunk_size=100), send=send)
    assert (sent.body, sent.headers["content-length"]) == (CONTENT, str(SIZE))


@pytest.mark.parametrize("how", ["disconnect", "OSError"])
async def test_the_clients_leaving_stops_it(path: Path, how: str) -> None:
    left = anyio.Event()
    pieces = 0

    async def receive() -> Any:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        nonlocal pieces
        if message["type"] == "http.response.body":
            pieces += 1
            if pieces == 3 and how == "OSError":
                raise OSError("gone")
            if pieces == 3:
                left.set()
                await anyio.sleep_forever()

    done: list[str] = []
    response = File(path, chunk_size=100, background=BackgroundTask(done.append, "done"))
    with anyio.fail_after(5):
        await response({"type": "http", "method": "GET", "headers": []}, receive, send)
    assert (pieces, done) == (3, ["done"])


async def test_a_cancelled_request_closes_it(path: Path) -> None:
    """See the fixture: nothing stays open."""

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            await anyio.sleep_forever()

    with anyio.move_on_after(0.05) as scope:
        await call(File(path, chunk_size=100), send=send)
    assert scope.cancelled_caught


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_background(path: Path, method: str) -> None:
    log: list[str] = []

    async def send(message: Any) -> None:
        log.append(message["type"])

    await call(File(path, background=BackgroundTask(log.append, "done")), method, send=send)
    assert log == ["http.response.start", "http.response.body", "done"]


async def test_no_background_without_an_answer(path: Path) -> None:
    log: list[str] = []
    for place, status in [(path, 412), (path.with_name("nowhere"), 404)]:
        app = File(place, background=BackgroundTask(log.append, "done"))
        assert (await call(app, if_match='"x"')).status == status
    assert log == []


async def test_the_event_loop_goes_on(path: Path, monkeypatch: Any) -> None:
    """Nothing of the disk is done in its thread."""
    loop_thread = __import__("threading").get_ident()
    used: list[int] = []
    for name in ("open", "stat", "fstat"):
        real = getattr(os, name)

        def noted(*arguments: Any, real: Any = real, **more: Any) -> Any:
            used.append(__import__("threading").get_ident())
            return real(*arguments, **more)

        monkeypatch.setattr(os, name, noted)
    await call(File(path, chunk_size=100))
    assert used and loop_thread not in used


# A server that sends files by itself


PATHSEND = {"http.response.pathsend": {}}


@pytest.mark.parametrize("how", ["absolute", "relative", "link"])
async def test_a_server_is_given_the_path(path: Path, how: str, monkeypatch: Any) -> None:
    """It is absolute, and without links: those could be set anew before the server opens it."""
    monkeypatch.chdir(path.parent)
    path.with_name("link").symlink_to(path.name)
    given_ = {"absolute": path, "relative": path.name, "link": path.with_name("link")}[how]
    paths: list[str] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.pathsend":
            paths.append(message["path"])

    sent = await call(File(given_, chunk_size=100), extensions=PATHSEND, send=send)
    assert (sent.types, paths) == (["pathsend"], [str(path.resolve())])
    assert sent.headers["content-length"] == str(SIZE)


@pytest.mark.parametrize("how", ["replaced", "gone"])
async def test_a_server_is_not_given_the_path_of_another_file(
    path: Path, how: str, monkeypatch: Any
) -> None:
    real = os.fstat

    def change(descriptor: int) -> os.stat_result:
        path.unlink(missing_ok=True)
        if how == "replaced":
            path.write_bytes(b"x" * SIZE)
        return real(descriptor)

    monkeypatch.setattr(os, "fstat", change)
    sent = await call(File(path, chunk_size=100), extensions=PATHSEND)
    assert (sent.types.count("pathsend"), sent.body) == (0, CONTENT)


@pytest.mark.parametrize(
    ("method", "headers", "chunk_size"),
    [
        ("GET", {}, SIZE),  # it is read already
        ("GET", {"range": "bytes=0-999"}, 100),
        ("GET", {"range": "bytes=0-999,2000-2999"}, 100),
        ("GET", {"if_none_match": TAG}, 100),
        ("GET", {"if_match": '"x"'}, 100),
        ("HEAD", {}, 100),
    ],
    ids=str,
)
async def test_it_is_given_nothing_else(
    path: Path, method: str, headers: Any, chunk_size: int
) -> None:
    app = File(path, chunk_size=chunk_size)
    sent = await call(app, method, extensions=PATHSEND, **headers)
    plain = await call(app, method, **headers)
    mask = re.compile(rb"[0-9a-f]{32}")
    assert set(sent.types) == {"body"}
    assert (sent.status, mask.sub(b"", sent.body)) == (plain.status, mask.sub(b"", plain.body))


async def test_many_at_once(path: Path) -> None:
    async def one() -> None:
        assert (await call(File(path, chunk_size=500))).body == CONTENT
        await checkpoint()

    async with anyio.create_task_group() as group:
        for _ in range(100):
            group.start_soon(one)


@pytest.fixture(autouse=True)
def _quiet(caplog: Any) -> None:
    caplog.set_level(logging.WARNING, "pleiad_http")
