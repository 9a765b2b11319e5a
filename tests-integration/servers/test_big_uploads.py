"""An upload costs no more memory the larger it is, and one that is refused is not read."""

import json
import re
import socket
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from server_process import uvicorn

HERE = Path(__file__).resolve().parent
MB = 1 << 20
GB = 1 << 30
BLOCK = bytes(range(256)) * 4096
MOST_GROWTH = 64 * MB

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="asks /proc for the peak of resident memory"
)


def part(name, filename=None) -> bytes:
    file = "" if filename is None else f'; filename="{filename}"'
    return f'--B\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode()


FIRST = part("title") + b"Big\r\n" + part("file", "big.bin")
LAST = b"\r\n" + part("after") + b"x\r\n--B--\r\n"


@pytest.fixture(scope="module")
def server():
    with uvicorn(HERE, "big_uploads:app", env={"PYTHONPATH": str(HERE)}) as running:
        yield running


@pytest.fixture
def connection(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as opened:
        yield opened


@pytest.fixture
def growth(server):
    """Give a function: how much the peak of resident memory grew during the test."""
    process = Path("/proc", str(server.process.pid))
    (process / "clear_refs").write_text("5")  # the peak is counted from here on

    def memory(key) -> int:
        return int(
            re.search(rf"^{key}:\s+(\d+) kB$", (process / "status").read_text(), re.MULTILINE)[1]
        )

    before = memory("VmRSS")
    return lambda: (memory("VmHWM") - before) * 1024


def head(path, *headers) -> bytes:
    lines = (
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        "Content-Type: multipart/form-data; boundary=B",
        *headers,
    )
    return "\r\n".join((*lines, "", "")).encode()


def answer_of(connection) -> tuple[int, str]:
    """Give the status and the content of what the server answers until it closes."""
    answer = b""
    with suppress(ConnectionResetError):
        while chunk := connection.recv(65536):
            answer += chunk
    top, _, content = answer.partition(b"\r\n\r\n")
    return int(top.split()[1]), content.decode()


def send_with_length(connection, path, size) -> None:
    length = len(FIRST) + size + len(LAST)
    connection.sendall(head(path, f"Content-Length: {length}") + FIRST)
    for _ in range(size // MB):
        connection.sendall(BLOCK)
    connection.sendall(LAST)


def send_in_chunks(connection, path, size) -> None:
    connection.sendall(head(path, "Transfer-Encoding: chunked"))
    for piece in (FIRST, *[BLOCK] * (size // MB), LAST):
        connection.sendall(b"%x\r\n%b\r\n" % (len(piece), piece))
    connection.sendall(b"0\r\n\r\n")


@pytest.mark.parametrize(
    ("send", "size"),
    [(send_with_length, 2 * GB), (send_in_chunks, GB // 4)],
    ids=["2 GB", "chunks"],
)
def test_an_upload_takes_little_memory(send, size, connection, growth):
    send(connection, "/sizes", size)
    status, content = answer_of(connection)
    assert (status, json.loads(content)) == (201, {"title": 3, "file": size, "after": 1})
    assert growth() < MOST_GROWTH


def test_what_a_handler_skips_takes_little_memory_too(connection, growth):
    send_with_length(connection, "/names", GB // 4)
    assert answer_of(connection) == (201, '["title","file","after"]')
    assert growth() < MOST_GROWTH


@pytest.mark.parametrize(("path", "status"), [("/guarded", 403), ("/limited", 413)])
def test_a_refused_upload_is_not_read(path, status, connection, server, growth):
    """The client hears of it before it has sent much: only the buffers between them fill."""
    before = taken(server)
    connection.sendall(head(path, f"Content-Length: {GB}") + FIRST)
    sent = 0
    with suppress(ConnectionError):
        while sent < GB and not is_answered(connection):
            sent += connection.send(BLOCK)
    assert answer_of(connection)[0] == status
    assert sent < GB // 8
    assert taken(server) - before < 65536
    assert growth() < MOST_GROWTH


def is_answered(connection) -> bool:
    """Whether anything came, without taking it."""
    connection.setblocking(False)
    try:
        return bool(connection.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False
    finally:
        connection.settimeout(60)


def taken(server) -> int:
    """Give how many bytes the app took of the server so far."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as asking:
        asking.sendall(b"GET /taken HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return json.loads(answer_of(asking)[1])["bytes"]
