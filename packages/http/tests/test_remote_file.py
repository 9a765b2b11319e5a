"""Files of other file systems than the disk, as `File` sends them."""

import email
import errno
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from fsspec.implementations.asyn_wrapper import AsyncFileSystemWrapper
from fsspec.implementations.dirfs import DirFileSystem
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFileSystem

from pleiad_http import (
    FILE_SYSTEMS,
    BackgroundTask,
    BaseFileSystem,
    BaseLocalFileSystem,
    ETag,
    File,
    FileInfo,
    ImproperlyConfiguredException,
)
from pleiad_http.dates import http_date
from pleiad_http.ranges import ByteRange
from pleiad_http.remote_file import RemoteFile

pytestmark = pytest.mark.anyio

CONTENT = bytes(range(256)) * 40
SIZE = len(CONTENT)
THEN = 784111777
MODIFIED = http_date(THEN)
INFO: FileInfo = {"name": "data.bin", "size": SIZE, "type": "file", "mtime": THEN}
TAG = f'W/"{THEN * 10**9:x}-{SIZE:x}"'


class Kept(BaseFileSystem):
    """Files in a dict; it notes what it is asked for, and what of that is still open."""

    def __init__(self, content: bytes = CONTENT, **told: Any) -> None:
        self.files = {"data.bin": content}
        self.told: Any = {**INFO, "size": len(content), **told}
        self.asked: list[Any] = []
        self.open = 0

    async def info(self, path: Any, **kwargs: Any) -> FileInfo:
        self.asked.append("info")
        if path not in self.files:
            raise FileNotFoundError(path)
        found: FileInfo = self.told
        return found

    async def read_bytes(self, path: Any, start: int = 0, end: int = -1) -> bytes:
        self.asked.append((start, end))
        await anyio.sleep(0)
        try:
            return self.files[path][start:][: end - start + 1]
        except KeyError:
            raise FileNotFoundError(path) from None

    async def iter(self, path: Any, chunksize: int, start: int = 0, end: int = -1) -> Any:
        self.asked.append((start, end))
        self.open += 1
        try:
            while start <= end:
                await anyio.sleep(0)
                if path not in self.files:
                    raise FileNotFoundError(path)
                piece = self.files[path][start : min(start + chunksize, end + 1)]
                if not piece:
                    return
                start += len(piece)
                yield piece
        finally:
            self.open -= 1


class Sent:
    """What was sent of a response."""

    def __init__(self, messages: list[Any]) -> None:
        start, *rest = messages
        self.status: int = start["status"]
        self.headers = {k.decode(): v.decode("latin-1") for k, v in start["headers"]}
        self.pieces = [each["body"] for each in rest]
        self.body = b"".join(self.pieces)
        self.is_complete = bool(rest) and not rest[-1].get("more_body", False)


async def call(
    app: Any, method: str = "GET", send: Any = None, scope: Any = None, **headers: str
) -> Sent:
    messages: list[Any] = []

    async def keep(message: Any) -> None:
        messages.append(message)
        if send is not None:
            await send(message)

    raw = [(k.replace("_", "-").encode(), v.encode("latin-1")) for k, v in headers.items()]
    extensions = {"http.response.pathsend": {}}
    whole = {
        "type": "http", "method": method, "headers": raw, "extensions": extensions, **(scope or {}),
    }  # fmt: skip
    with anyio.fail_after(10):
        await app(whole, anyio.sleep_forever, keep)
    return Sent(messages)


@pytest.fixture(params=["ours", "disk", "memory", "fsspec disk", "fsspec async", "fsspec folder", "named"])  # fmt: skip
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """What makes a `File` of that content, on each kind of file system."""

    class Memory(MemoryFileSystem):
        store: Any = {}
        pseudo_dirs: Any = [""]

    class Disk(BaseLocalFileSystem):
        pass

    path = tmp_path / "data.bin"
    path.write_bytes(CONTENT)
    os.utime(path, (THEN, THEN))
    Memory().pipe_file("/data.bin", CONTENT)
    made: dict[str, Any] = {
        "ours": ("data.bin", Kept()),
        "disk": (path, Disk()),
        "memory": ("data.bin", Memory()),
        "fsspec disk": (path, LocalFileSystem()),
        "fsspec async": (path, AsyncFileSystemWrapper(LocalFileSystem(), asynchronous=True)),
        "fsspec folder": ("data.bin", DirFileSystem(path=str(tmp_path), fs=LocalFileSystem())),
        "named": ("data.bin", "mine"),
    }
    place, file_system = made[request.param]
    named = {FILE_SYSTEMS: {"mine": Kept()}}

    async def ask(*, path: Any = None, headers: Any = None, **options: Any) -> Sent:
        file = File(path or place, file_system=file_system, **options)
        return await call(file, scope=named, **(headers or {}))

    return ask


# As from the disk


@pytest.mark.parametrize("chunk_size", [1000, SIZE - 1, SIZE, 1 << 20])
async def test_the_whole_file(kept: Any, chunk_size: int) -> None:
    sent = await kept(chunk_size=chunk_size)
    assert (sent.status, sent.body, sent.is_complete) == (200, CONTENT, True)
    assert {
        "content-disposition": 'attachment; filename="data.bin"',
        "content-type": "application/octet-stream",
        "content-length": str(SIZE),
        "accept-ranges": "bytes",
    }.items() <= sent.headers.items()
    assert max(map(len, sent.pieces)) <= chunk_size


async def test_what_fits_into_a_chunk_is_one_message(kept: Any) -> None:
    assert len((await kept()).pieces) == 1


@pytest.mark.parametrize("chunk_size", [7, 1 << 20])
@pytest.mark.parametrize(
    ("header", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, SIZE),
        ("bytes=10-19", 10, 20),
        ("bytes=-5", SIZE - 5, SIZE),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE),
        ("bytes=3-7,99999-", 3, 8),
    ],
)
async def test_one_range(kept: Any, header: str, start: int, end: int, chunk_size: int) -> None:
    if end - start == SIZE:
        chunk_size *= 1000
    sent = await kept(chunk_size=chunk_size, headers={"range": header})
    assert (sent.status, sent.body, sent.is_complete) == (206, CONTENT[start:end], True)
    assert sent.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert sent.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("chunk_size", [7, 1 << 20])
async def test_several_ranges(kept: Any, chunk_size: int) -> None:
    sent = await kept(chunk_size=chunk_size, headers={"range": "bytes=100-109,0-3,-4"})
    head = f"Content-Type: {sent.headers['content-type']}\r\n\r\n".encode()
    message: Any = email.message_from_bytes(head + sent.body)
    parts = [(each["content-range"], each.get_payload(decode=True)) for each in message.get_payload()]  # fmt: skip
    assert (sent.status, sent.is_complete) == (206, True)
    assert sent.headers["content-length"] == str(len(sent.body))
    assert parts == [
        (f"bytes 100-109/{SIZE}", CONTENT[100:110]),
        (f"bytes 0-3/{SIZE}", CONTENT[:4]),
        (f"bytes {SIZE - 4}-{SIZE - 1}/{SIZE}", CONTENT[-4:]),
    ]


async def test_ranges_that_cannot_be_had(kept: Any) -> None:
    sent = await kept(headers={"range": f"bytes={SIZE}-"})
    assert (sent.status, sent.headers["content-range"]) == (416, f"bytes */{SIZE}")


@pytest.mark.parametrize("chunk_size", [7, 1 << 20])
async def test_no_file(kept: Any, chunk_size: int, caplog: Any) -> None:
    sent = await kept(path="/nowhere/at/all", chunk_size=chunk_size)
    assert sent.status == 404
    assert "'/nowhere/at/all' is not sent" in caplog.text


# Conditions


STRONG, WEAK = '"abc"', 'W/"abc"'


@pytest.mark.parametrize(
    ("told", "etag", "modified"),
    [
        pytest.param({}, TAG, MODIFIED, id="a date"),
        pytest.param({"etag": STRONG}, STRONG, MODIFIED, id="a tag and a date"),
        pytest.param({"etag": "abc"}, STRONG, MODIFIED, id="a tag without quotes"),
        pytest.param({"etag": WEAK}, WEAK, MODIFIED, id="a weak tag"),
        pytest.param({"etag": 'a"\r\nb'}, TAG, MODIFIED, id="no tag"),
        pytest.param({"mtime": None}, None, None, id="nothing"),
        pytest.param({"mtime": None, "etag": STRONG}, STRONG, None, id="a tag"),
        pytest.param({"mtime": THEN + 0.5}, f'W/"{THEN * 10**9 + 5 * 10**8:x}-{SIZE:x}"', MODIFIED, id="a part of a second"),
    ],
)  # fmt: skip
async def test_what_names_its_version(told: Any, etag: Any, modified: Any) -> None:
    sent = await call(File("data.bin", file_system=Kept(**told)))
    assert sent.headers.get("etag") == etag
    assert sent.headers.get("last-modified") == modified


async def test_what_is_said_wins() -> None:
    told = {"file_system": Kept(etag=STRONG), "etag": ETag("mine")}
    sent = await call(File("data.bin", headers={"Last-Modified": "x"}, **told))
    assert (sent.headers["etag"], sent.headers["last-modified"]) == ('"mine"', "x")


@pytest.mark.parametrize(
    ("headers", "status", "asked"),
    [
        ({"if_none_match": STRONG}, 304, []),
        ({"if_none_match": WEAK}, 304, []),
        ({"if_none_match": '"x"'}, 200, [(0, SIZE - 1)]),
        ({"if_modified_since": MODIFIED}, 304, []),
        ({"if_match": STRONG}, 200, [(0, SIZE - 1)]),
        ({"if_match": '"x"'}, 412, []),
        ({"if_unmodified_since": http_date(THEN - 1)}, 412, []),
        ({"range": "bytes=0-4", "if_range": STRONG}, 206, [(0, 4)]),
        ({"range": "bytes=0-4", "if_range": MODIFIED}, 206, [(0, 4)]),
        ({"range": "bytes=0-4", "if_range": '"x"'}, 200, [(0, SIZE - 1)]),
        ({"range": "bytes=0-4,100-104"}, 206, [(0, 4), (100, 104)]),
        ({"range": f"bytes={SIZE}-"}, 416, []),
    ],
    ids=str,
)
@pytest.mark.parametrize("chunk_size", [3, 1 << 20])
async def test_no_more_is_read_than_is_sent(
    headers: Any, status: int, asked: Any, chunk_size: int
) -> None:
    fs = Kept(etag=STRONG)
    app = File("data.bin", file_system=fs, chunk_size=chunk_size)
    assert (await call(app, **headers)).status == status
    assert fs.asked == ["info", *asked]


async def test_a_date_names_a_version_weakly() -> None:
    """Another one may have been put there within its second."""
    app = File("data.bin", file_system=Kept())
    assert (await call(app, range="bytes=0-4", if_range=TAG)).status == 200
    assert (await call(app, if_none_match=TAG)).status == 304
    assert (await call(app, range="bytes=0-4", if_range=MODIFIED)).status == 206


@pytest.mark.parametrize("chunk_size", [3, 1 << 20])
async def test_head_reads_nothing(chunk_size: int) -> None:
    fs = Kept()
    sent = await call(File("data.bin", file_system=fs, chunk_size=chunk_size), "HEAD")
    assert (sent.status, sent.body, sent.headers["content-length"]) == (200, b"", str(SIZE))
    assert fs.asked == ["info"]


async def test_an_empty_file() -> None:
    fs = Kept(b"")
    sent = await call(File("data.bin", file_system=fs), range="bytes=0-")
    assert (sent.status, sent.body, sent.headers["content-length"]) == (200, b"", "0")
    assert fs.asked == ["info"]


# What is known of it already


async def later() -> FileInfo:
    return INFO


@pytest.mark.parametrize("make", [lambda: INFO, later], ids=["at hand", "awaited"])
async def test_what_is_known_is_not_asked(make: Any) -> None:
    fs = Kept()
    sent = await call(File("data.bin", file_system=fs, file_info=make()))
    assert (sent.body, sent.headers["etag"], fs.asked) == (CONTENT, TAG, [(0, SIZE - 1)])


async def test_what_is_known_of_a_file_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / "data.bin").write_bytes(CONTENT + b"more")
    for fs in (None, BaseLocalFileSystem()):
        app = File(tmp_path / "data.bin", file_info={**INFO, "etag": "mine"}, file_system=fs)
        sent = await call(app)
        assert (sent.body, sent.headers["etag"]) == (CONTENT, '"mine"')


# Which file system


async def test_the_disk_by_any_name(tmp_path: Path) -> None:
    """Then the server may send it by itself."""
    (tmp_path / "a").write_bytes(CONTENT)
    disk = BaseLocalFileSystem()
    for given, scope in [
        (disk, {}),
        ("disk", {FILE_SYSTEMS: {"disk": disk}}),
        (None, {FILE_SYSTEMS: {None: disk}}),
    ]:
        types: list[str] = []

        async def send(message: Any, types: Any = types) -> None:
            types.append(message["type"])

        app = File(tmp_path / "a", file_system=given, chunk_size=10)
        with pytest.raises(KeyError, match="body"):  # a path is no content
            await call(app, send=send, scope=scope)
        assert types[1:] == ["http.response.pathsend"]


async def test_the_default_one() -> None:
    sent = await call(File("data.bin"), scope={FILE_SYSTEMS: {None: Kept()}})
    assert sent.body == CONTENT


async def test_a_name_that_none_has() -> None:
    with pytest.raises(ImproperlyConfiguredException, match="'x': no file system has this name"):
        await call(File("data.bin", file_system="x"))


def test_what_is_no_file_system() -> None:
    with pytest.raises(ImproperlyConfiguredException, match="BaseFileSystem"):
        File("a", file_system=object())  # type: ignore[arg-type]


# Where something is wrong


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("kind", ["directory", "link", "other"])
async def test_what_is_no_file(kind: str, method: str, caplog: Any) -> None:
    fs = Kept(type=kind)
    assert (await call(File("data.bin", file_system=fs), method)).status == 404
    assert f"of type '{kind}'" in caplog.text
    assert fs.asked == ["info"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (FileNotFoundError("a"), 404),
        (PermissionError("Forbidden"), 404),
        (IsADirectoryError("a"), 404),
        (NotADirectoryError("a"), 404),
        (OSError(errno.ENAMETOOLONG, "too long"), 404),
        (ValueError("a byte that no path has"), 404),
        (UnicodeEncodeError("ascii", "a", 0, 1, "x"), 404),
        (TimeoutError("no answer"), None),
        (OSError(errno.EMFILE, "too many"), None),
        (OSError("broken"), None),
        (RuntimeError("broken"), None),
    ],
    ids=repr,
)
async def test_what_a_file_system_raises(error: Exception, status: int | None) -> None:
    class Broken(Kept):
        async def info(self, path: Any, **kwargs: Any) -> FileInfo:
            raise error

    app = File("data.bin", file_system=Broken())
    if status is None:
        with pytest.raises(type(error)):
            await call(app)
    else:
        assert (await call(app)).status == status


@pytest.mark.parametrize("size", [None, -1, "5", 1.5], ids=repr)
async def test_a_size_that_is_not_known(size: Any) -> None:
    with pytest.raises(ValueError, match="Kept tells no size of 'data.bin'"):
        await call(File("data.bin", file_system=Kept(size=size)))


@pytest.mark.parametrize("header", [None, "bytes=0-99"])
@pytest.mark.parametrize("chunk_size", [50, 1 << 20])
async def test_it_goes_away_before_it_is_read(
    chunk_size: int, header: str | None, caplog: Any
) -> None:
    class Gone(Kept):
        async def info(self, path: Any, **kwargs: Any) -> FileInfo:
            found = await super().info(path)
            self.files.clear()
            return found

    app = File("data.bin", file_system=Gone(), chunk_size=chunk_size)
    sent = await call(app, **({"range": header} if header else {}))
    assert sent.status == 404
    assert "'data.bin' is not sent" in caplog.text


@pytest.mark.parametrize(("how", "message"), [("gone", "went away"), ("shorter", "became shorter")])
async def test_it_changes_while_it_is_sent(how: str, message: str) -> None:
    fs, messages = Kept(), list[Any]()

    async def send(message: Any) -> None:
        messages.append(message)
        if len(messages) == 3 and how == "gone":
            fs.files.clear()
        elif len(messages) == 3:
            fs.files["data.bin"] = CONTENT[:300]

    with pytest.raises(EOFError, match=message):
        await call(File("data.bin", file_system=fs, chunk_size=100), send=send)
    assert all(each["more_body"] for each in messages[1:])
    assert sum(len(each["body"]) for each in messages[1:]) <= 300
    assert fs.open == 0


@pytest.mark.parametrize("chunk_size", [100, 1 << 20])
@pytest.mark.parametrize("content", [CONTENT, b""], ids=["all but one byte", "nothing"])
async def test_it_is_shorter_than_it_was_told_to_be(chunk_size: int, content: bytes) -> None:
    fs = Kept(content, size=SIZE + 1)
    with pytest.raises(EOFError, match=f"not all of the bytes 0 to {SIZE}"):
        await call(File("data.bin", file_system=fs, chunk_size=chunk_size))
    assert fs.open == 0


@pytest.mark.parametrize("chunk_size", [100, 1 << 20])
async def test_what_is_the_file_systems_fault_is_no_404(chunk_size: int) -> None:
    class Slow(Kept):
        async def read_bytes(self, path: Any, start: int = 0, end: int = -1) -> bytes:
            raise TimeoutError("no answer")

        async def iter(self, path: Any, chunksize: int, start: int = 0, end: int = -1) -> Any:
            yield await self.read_bytes(path)

    with pytest.raises(TimeoutError, match="no answer"):
        await call(File("data.bin", file_system=Slow(), chunk_size=chunk_size))


@pytest.mark.parametrize("chunk_size", [100, 1 << 20])
async def test_a_file_that_grows_is_sent_as_it_was(chunk_size: int) -> None:
    class Growing(Kept):
        async def read_bytes(self, path: Any, start: int = 0, end: int = -1) -> bytes:
            return await super().read_bytes(path, start, SIZE + 99)

        def iter(self, path: Any, chunksize: int, start: int = 0, end: int = -1) -> Any:
            return super().iter(path, chunksize, start, SIZE + 99)

    fs = Growing(CONTENT + b"more", size=SIZE)
    sent = await call(File("data.bin", file_system=fs, chunk_size=chunk_size))
    assert (sent.body, sent.is_complete) == (CONTENT, True)
    assert fs.open == 0


@pytest.mark.parametrize("chunk_size", [3, 1 << 20])
async def test_more_than_a_range_is_refused(chunk_size: int) -> None:
    """Where it begins is then not known either."""

    class Careless(Kept):
        async def read_bytes(self, path: Any, start: int = 0, end: int = -1) -> bytes:
            return self.files[path]

        async def iter(self, path: Any, chunksize: int, start: int = 0, end: int = -1) -> Any:
            yield self.files[path]

    app = File("data.bin", file_system=Careless(), chunk_size=chunk_size)
    with pytest.raises(
        ValueError, match="Careless gave more of 'data.bin' than the bytes 10 to 19"
    ):
        await call(app, range="bytes=10-19")


async def test_a_file_system_of_few_words() -> None:
    """A sync generator will do, read in a thread, and so will an async iterator that is no generator."""

    class Plain(Kept):
        def iter(self, path: Any, chunksize: int, start: int = 0, end: int = -1) -> Any:
            def pieces() -> Iterator[bytes]:
                for at in range(start, end + 1, chunksize):
                    yield CONTENT[at : at + chunksize]

            return pieces()

    class Iterated(Kept):
        def iter(self, path: Any, chunksize: int, start: int = 0, end: int = -1) -> Any:
            pieces = super().iter(path, chunksize, start, end)

            class Pieces:
                def __aiter__(self) -> AsyncIterator[bytes]:
                    return self  # type: ignore[return-value]

                async def __anext__(self) -> bytes:
                    piece: bytes = await anext(pieces)
                    return piece

            return Pieces()

    for fs in (Plain(), Iterated()):
        assert (await call(File("data.bin", file_system=fs, chunk_size=500))).body == CONTENT


# Who leaves


@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
@pytest.mark.parametrize("how", ["disconnect", "OSError"])
async def test_the_clients_leaving_stops_it(how: str) -> None:
    left, pieces, done, fs = anyio.Event(), 0, list[str](), Kept()

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

    app = File(
        "data.bin", file_system=fs, chunk_size=100, background=BackgroundTask(done.append, "done")
    )
    with anyio.fail_after(10):
        await app({"type": "http", "method": "GET", "headers": []}, receive, send)
    assert (pieces, done, fs.open) == (3, ["done"], 0)


@pytest.mark.parametrize("fs", [LocalFileSystem, BaseLocalFileSystem], ids=["fsspec", "ours"])
async def test_a_cancelled_request_closes_it(fs: Any, tmp_path: Path) -> None:
    path = tmp_path / "data.bin"
    path.write_bytes(CONTENT)

    class Mine(fs):  # type: ignore[misc]
        pass

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            await anyio.sleep_forever()

    before = len(os.listdir("/proc/self/fd"))
    with anyio.move_on_after(0.1) as scope:
        await call(File(path, file_system=Mine(), chunk_size=100), send=send)
    assert scope.cancelled_caught
    assert len(os.listdir("/proc/self/fd")) == before


async def test_what_is_read_at_once_is_closed_unread() -> None:
    """As where the answer cannot be begun."""
    fs = Kept()
    file = RemoteFile(fs, "data.bin")
    await file.measure()
    items = await file.items([b"--"], 10)
    await items.aclose()
    assert await anext(items) == b"--"
    items = await file.items([ByteRange(0, 100)], 10)
    assert fs.open == 1
    await items.aclose()
    assert fs.open == 0
