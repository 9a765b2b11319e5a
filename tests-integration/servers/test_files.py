"""Files under real servers: what is asked for, how little memory it takes, and what gets out."""

import re
import socket
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest
from server_kinds import KINDS, Running, serve, wait_for

MB = 1 << 20
GB = 1 << 30
MOST_GROWTH = 64 * MB
CONTENT = bytes(range(256)) * 8192  # 2 MB: more than one chunk

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="asks /proc for memory and open files"
)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    (folder / "data.bin").write_bytes(CONTENT)
    (folder / "small.txt").write_text("hello")
    (folder / "secret.txt").write_text("SECRET")
    with (folder / "large.bin").open("wb") as large:
        large.truncate(2 * GB)
    site = folder / "site"
    (site / "docs").mkdir(parents=True)
    (site / "index.html").write_text("home")
    (site / "404.html").write_text("nothing here")
    (site / "docs" / "index.html").write_text("docs")
    (site / ".env").write_text("SECRET")
    (site / "link.txt").symlink_to("../secret.txt")
    return folder


@pytest.fixture(scope="module", params=KINDS)
def running(request, files):
    kind = KINDS[request.param]
    with serve(kind, "files_app:app", FILES=str(files)) as server:
        yield Running(kind, server)


@pytest.fixture
def client(running):
    with running.client() as client:
        yield client


def get(client, path, **headers):
    return client.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})


@pytest.mark.parametrize(
    ("path", "headers", "status", "start", "end"),
    [
        pytest.param("/file/data.bin", {}, 200, 0, len(CONTENT), id="whole"),
        pytest.param("/file/data.bin", {"range": "bytes=5-9"}, 206, 5, 10, id="range"),
        pytest.param("/file/data.bin", {"range": "bytes=7-"}, 206, 7, len(CONTENT), id="rest"),
        pytest.param(
            "/file/data.bin", {"range": "bytes=-2000000"}, 206, -2000000, None, id="large range"
        ),
        pytest.param("/file/data.bin", {"range": "bytes=x"}, 200, 0, len(CONTENT), id="malformed"),
        pytest.param(
            "/file/data.bin", {"range": "bytes=" + "0-," * 300}, 200, 0, len(CONTENT), id="many"
        ),
    ],
)
def test_content(client, path, headers, status, start, end):
    response = get(client, path, **headers)
    assert (response.status_code, response.content == CONTENT[start:end]) == (status, True)
    assert response.headers["content-length"] == str(len(response.content))
    assert response.headers["accept-ranges"] == "bytes"


def test_several_ranges(client):
    response = get(client, "/file/data.bin", range="bytes=0-0,1000000-1999999,-1")
    assert response.status_code == 206
    assert response.headers["content-type"].startswith("multipart/byteranges; boundary=")
    assert CONTENT[1000000:2000000] in response.content
    assert response.content.count(b"\r\ncontent-range: bytes ") == 3
    assert len(response.content) < len(CONTENT)


def test_conditions(client):
    tag = get(client, "/file/data.bin").headers["etag"]
    answer = get(client, "/file/data.bin", if_none_match=tag)
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert "content-type" not in answer.headers
    assert get(client, "/file/data.bin", if_match='"x"').status_code == 412
    changed = get(client, "/file/data.bin", range="bytes=0-1", if_range='"x"')
    assert (changed.status_code, len(changed.content)) == (200, len(CONTENT))


def test_a_range_that_cannot_be_had(client):
    answer = get(client, "/file/small.txt", range="bytes=5-")
    assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */5")


@pytest.mark.parametrize("name", ["data.bin", "small.txt"])
def test_head(client, name, files):
    answer = client.head(f"/file/{name}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str((files / name).stat().st_size)


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/site/", 200, "home"),
        ("/site/docs/", 200, "docs"),
        ("/site/docs/index.html", 200, "docs"),
        ("/site/nothing", 404, "nothing here"),
        ("/site/.env", 404, "nothing here"),
        ("/site/link.txt", 404, "nothing here"),
        ("/site/docs", 307, ""),
        ("/plain/docs", 404, None),
        ("/plain/link.txt", 404, None),
        ("/file/nothing", 404, None),
        ("/file/site", 404, None),
    ],
)
def test_static_files(client, path, status, text):
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code == status
    assert answer.text == ('{"status_code":404,"detail":"Not Found"}' if text is None else text)


def test_connection_goes_on_after_files(client):
    for _ in range(20):
        assert get(client, "/file/data.bin").content == CONTENT
        assert get(client, "/file/small.txt").text == "hello"


def test_file_is_closed_when_it_is_sent(running, client):
    """By granian a moment later than by the app, which told it the path."""
    sent = running.server.log.count("data.bin sent")
    get(client, "/file/data.bin")
    wait_for(lambda: running.server.log.count("data.bin sent") > sent)
    wait_for(lambda: has_no_file_open(running))


def has_no_file_open(running) -> bool:
    with running.client() as client:
        client.get("/open")
    wait_for(lambda: running.server.log.rstrip().endswith(" open"))
    return running.server.log.rstrip().endswith("now: 0 open")


def test_early_hints(running, client):
    """hypercorn sends them over HTTP/2; who cannot says so."""
    assert client.get("/hints").json() is (running.kind.http_version == "2")


# What no client library would send

ATTACKS = [
    "/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/%2e%2e%2fsecret.txt", "/.%2e/secret.txt",
    "/docs/../../secret.txt", "/docs/..%2f..%2fsecret.txt", "/%252e%252e/secret.txt", "/..\\secret.txt",
    "/..%5csecret.txt", "/%2e%2e%5csecret.txt", "//../secret.txt", "/.//../secret.txt", "/%c0%ae%c0%ae/secret.txt",
    "/..%00/secret.txt", "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "/%2fetc%2fpasswd", "//etc/passwd",
    "/docs%00", "/index.html%00.png", "/index.html%0a", "/%5c%5chost%5cshare", "/C:%5cWindows%5cwin.ini", "/.env",
    "/%2eenv", "/link.txt", "/nul", "/%ff%fe",
]  # fmt: skip


class Raw(NamedTuple):
    status: int
    head: str
    content: bytes


def raw_get(running, target, *headers) -> Raw:
    """Ask over a socket, and read until the server closes."""
    answer = bytearray()
    with socket.create_connection(("127.0.0.1", running.server.port), timeout=20) as opened:
        lines = (f"GET {target} HTTP/1.1", "Host: localhost", "Connection: close", *headers)
        opened.sendall("\r\n".join((*lines, "", "")).encode())
        with suppress(ConnectionResetError):
            while chunk := opened.recv(65536):
                answer += chunk
    top, _, content = bytes(answer).partition(b"\r\n\r\n")
    return Raw(int(top.split()[1]), top.decode("latin-1"), content)


over_http1 = pytest.mark.parametrize(
    "running",
    [name for name, kind in KINDS.items() if kind.http_version == "1.1"],
    indirect=True,
    scope="module",
)
"""What is written to the socket as it is."""


@over_http1
@pytest.mark.parametrize("prefix", ["/site", "/plain"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_gets_out(running, prefix, attack):
    answer = raw_get(running, prefix + attack)
    assert answer.status in (400, 404)  # some servers refuse a target themselves
    assert b"SECRET" not in answer.content
    assert b"root:" not in answer.content
    assert "location" not in answer.head.lower()


@over_http1
@pytest.mark.parametrize(
    "target", ["//evil.example/", "/site//evil.example", "/site/\\evil.example", "/site//docs"]
)
def test_no_redirect_leads_elsewhere(running, target):
    answer = raw_get(running, target)
    assert (answer.status, "location" in answer.head.lower()) in [(404, False), (400, False)]


# How much it takes


def processes(running) -> list[Path]:
    """The server, and its workers: what is in its process group."""
    group = running.server.process.pid
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[2]) == group:
                found.append(stat.parent)
    return found


def memory(process, key) -> int:
    text = (process / "status").read_text()
    return int(re.search(rf"^{key}:\s+(\d+) kB$", text, re.MULTILINE)[1]) * 1024


@over_http1
@pytest.mark.parametrize("times", [1, 4], ids=["once", "four times at once"])
def test_a_large_file_takes_little_memory(running, times):
    """Over HTTP/2 hypercorn takes what the client is slow to read, as test_sockets_http2 shows."""
    size = 2 * GB // times
    before = {each: memory(each, "VmRSS") for each in processes(running)}
    for each in before:
        (each / "clear_refs").write_text("5")  # the peak is counted from here on
    received = download(running, size, times)
    growth = sum(memory(each, "VmHWM") - rss for each, rss in before.items())
    assert received == size * times
    assert growth < MOST_GROWTH


def download(running, size, times) -> int:
    """Read the file over so many connections in turns; give how many bytes came."""
    headers = {} if size == 2 * GB else {"range": f"bytes=0-{size - 1}"}
    received = 0
    with ExitStack() as stack:
        clients = [stack.enter_context(running.client()) for _ in range(times)]
        streams = [each.stream("GET", "/file/large.bin", headers=headers) for each in clients]
        waiting = [stack.enter_context(each).iter_raw(MB) for each in streams]
        while waiting:
            for each in list(waiting):
                piece = next(each, b"")
                received += len(piece)
                if not piece:
                    waiting.remove(each)
    return received


def test_the_clients_leaving_closes_the_file(running):
    for range_ in ({}, {"range": "bytes=1-"}):
        with (
            running.client() as client,
            client.stream("GET", "/file/large.bin", headers=range_) as it,
        ):
            assert len(next(it.iter_raw(1000))) == 1000

    wait_for(lambda: has_no_file_open(running))
    assert "Traceback" not in running.server.log


@over_http1
@pytest.mark.parametrize("headers", [(), ("Range: bytes=0-",)], ids=["whole", "range"])
def test_a_file_that_becomes_shorter_is_incomplete(running, files, headers):
    path = files / "shrinking.bin"
    with path.open("wb") as made:
        made.truncate(GB // 2)
    with running.client() as client:
        told = dict(line.split(": ") for line in headers)
        with client.stream("GET", "/file/shrinking.bin", headers=told) as response:
            with path.open("r+b") as shrinking:
                shrinking.truncate(10)
            with pytest.raises(httpx2.RemoteProtocolError):
                for _ in response.iter_raw():
                    pass


@over_http1
def test_a_file_that_grows_is_sent_as_it_was(running, files):
    path = files / "growing.bin"
    path.write_bytes(CONTENT)
    with running.client() as client, path.open("ab") as growing:
        for _ in range(20):
            answer = client.get("/file/growing.bin")
            size = int(answer.headers["content-length"])
            assert (len(answer.content), size % len(CONTENT)) == (size, 0)
            growing.write(CONTENT)
            growing.flush()
