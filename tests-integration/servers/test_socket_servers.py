"""What each server does with a WebSocket by itself: the table of docs/guide/websockets.md, measured."""

import re
import socket
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from silent_client import SilentClient
from socket_servers import KINDS, serve
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from wsproto.events import Ping, Pong, TextMessage

HERE = Path(__file__).resolve().parent
MB = 1024 * 1024


class Facts(NamedTuple):
    """What the app is told, as `test_sockets` has its app print it, and what the client sees.

    Attributes:
        closed: When the client closes with 4001 and "bye".
        dropped: When its connection ends without a close.
        too_large: When its message is larger than the server takes; `None` where it comes 10 s later.
        by_send: When it has left, and the app only sends.
        headers: Whether it sees those of an accepted handshake.
        in_parts: Whether a message of 18 MiB in three frames is taken.
    """

    closed: str
    dropped: str
    too_large: str | None
    by_send: str
    headers: bool = True
    in_parts: bool = False


SILENT = "spec 2.3, send says: nothing"
SPEAKING = "spec 2.4, send says: OSError"
LIMIT = "16777216 bytes"
SANSIO = f"1009 frame with 16777217 bytes exceeds limit of {LIMIT}"
WSPROTO = f"1009 Message exceeds the maximum size ({LIMIT})"
FACTS = {
    "uvicorn-websockets": Facts("4001 bye", "1006", None, SPEAKING),
    "uvicorn-sansio": Facts("4001 bye", "1005", SANSIO, SPEAKING),
    "uvicorn-wsproto": Facts("4001 bye", "1005", WSPROTO, SPEAKING),
    "hypercorn": Facts("1006", "1006", "1006", SILENT),
    "granian": Facts("4001", "1005", "1005", SILENT, headers=False, in_parts=True),
}


class Pings(NamedTuple):
    """How a server is told to send pings, and what it does to who answers none.

    Attributes:
        options: Of the server, that it looks for answers within a short time.
        patient: Of the server, that it looks for answers within a long time.
        close: The code of the close frame; `None` where there is none.
        left: The code that the app is told.
    """

    options: tuple[object, ...]
    patient: tuple[object, ...]
    close: int | None
    left: str


UVICORN = ("--ws-ping-interval", 0.2, "--ws-ping-timeout", 0.2)
UVICORN_PATIENT = ("--ws-ping-interval", 0.2, "--ws-ping-timeout", 20)
HYPERCORN = ("--websocket-ping-interval", 1)
PINGS = {
    "uvicorn-websockets": Pings(UVICORN, UVICORN_PATIENT, 1011, "1006"),
    "uvicorn-sansio": Pings(UVICORN, UVICORN_PATIENT, 1011, "1005"),
    "uvicorn-wsproto": Pings(UVICORN, UVICORN_PATIENT, 1011, "1005"),
    "hypercorn": Pings((*HYPERCORN, "--read-timeout", 2), HYPERCORN, None, "1006"),
}
"""granian has no setting for them."""

IDLE = {
    "uvicorn": ("--timeout-keep-alive", 1),
    "hypercorn": ("--keep-alive", 1),
    "granian": ("--http1-header-read-timeout", 1000),
}


def serving(name, *options):
    return serve(name, HERE, "sockets_app:app", *options)


@pytest.fixture(scope="module", params=KINDS)
def running(request):
    with serving(request.param) as server:
        yield request.param, server


def talk_to(server, path):
    url = f"ws://127.0.0.1:{server.port}{path}"
    return connect(url, compression=None, close_timeout=5)


def told_of(server, name) -> list[str]:
    """What the app has said until now of the client of a name."""
    return re.findall(rf"^{name}: (.*)$", server.log, re.MULTILINE)


def hear_of(server, name) -> list[str]:
    """What the app says of the client of a name that leaves."""
    until = time.monotonic() + 30
    while len(told_of(server, name)) < 2:
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.01)
    return told_of(server, name)


# Clients that are there no more


@pytest.mark.parametrize("name", PINGS)
def test_pings_find_a_client_that_answers_none(name):
    pings = PINGS[name]
    with serving(name, *pings.options) as server:
        with SilentClient(server.port, "/left/silent") as client:
            assert client.say("hello") == "5"
            seen, close = client.receive_all()
            assert seen > 0
            assert close == pings.close
        assert hear_of(server, "silent") == [pings.left, "closed"]


@pytest.mark.parametrize("name", PINGS)
def test_client_that_answers_pings_stays(name):
    with serving(name, *PINGS[name].patient) as server:
        with SilentClient(server.port, "/left/silent") as client:
            for _ in range(3):
                ping = client.receive()
                assert isinstance(ping, Ping)
                client.send(ping.response())
            assert client.say("hello") == "5"
            assert told_of(server, "silent") == []


def test_hypercorn_looks_for_no_answer():
    """It needs `--read-timeout` as well, which finds who says nothing at all."""
    with (
        serving("hypercorn", *HYPERCORN) as server,
        SilentClient(server.port, "/left/silent") as client,
    ):
        for _ in range(4):
            assert isinstance(client.receive(), Ping)
        assert client.say("hello") == "5"
        assert told_of(server, "silent") == []


def test_hypercorn_reads_the_answers_to_its_pings():
    """They are all that such a client says, and it stays beyond the `--read-timeout`."""
    options = (*HYPERCORN, "--read-timeout", 5)
    with (
        serving("hypercorn", *options) as server,
        SilentClient(server.port, "/left/silent") as client,
    ):
        for _ in range(8):
            ping = client.receive()
            assert isinstance(ping, Ping)
            client.send(ping.response())
        assert client.say("hello") == "5"
        assert told_of(server, "silent") == []


@pytest.mark.parametrize("name", KINDS)
def test_idle_websocket_is_no_idle_connection(name):
    with serving(name, *IDLE[name.partition("-")[0]]) as server:
        with talk_to(server, "/left/idle") as talk:
            time.sleep(2)
            talk.send("hello")
            assert talk.recv(20) == "5"


# Clients that are seen to leave


def test_ping_of_a_client_is_answered(running):
    _, server = running
    with SilentClient(server.port, "/left/silent") as client:
        client.send(Ping(b"abc"))
        assert client.receive() == Pong(b"abc")


def test_code_of_a_clients_close(running):
    name, server = running
    with talk_to(server, "/left/closing") as talk:
        talk.close(4001, "bye")
    assert hear_of(server, "closing") == [FACTS[name].closed, "closed"]


def test_code_of_a_connection_that_ends_without_a_close(running):
    name, server = running
    with talk_to(server, "/left/dropping") as talk:
        talk.socket.shutdown(socket.SHUT_RDWR)
    assert hear_of(server, "dropping") == [FACTS[name].dropped, "closed"]


@pytest.mark.parametrize("name", KINDS)
def test_who_only_sends(name):
    with serve(name, HERE, "bare_socket_app:app") as server:
        with talk_to(server, "/") as talk:
            assert talk.recv(10) == "tick"
            assert talk.response.headers.get("x-shop") == ("tea" if FACTS[name].headers else None)
            talk.socket.shutdown(socket.SHUT_RDWR)
        until = time.monotonic() + 30
        while "send says" not in server.log:
            assert time.monotonic() < until, "waited too long"
            time.sleep(0.01)
        assert FACTS[name].by_send in server.log


# Messages that are too large


def refused(client, text, parts=1) -> bool:
    """Whether the server closes when it gets a text in so many frames."""
    size = len(text) // parts
    try:
        for number in range(parts):
            piece = text[number * size :] if number == parts - 1 else text[:size]
            client.send(TextMessage(piece, message_finished=number == parts - 1))
        return not isinstance(client.receive(), TextMessage)
    except OSError:  # it was reset while it was still sending
        return True


def test_largest_message(running):
    name, server = running
    with SilentClient(server.port, "/left/large") as client:
        assert not refused(client, "x" * 16 * MB)
        assert refused(client, "x" * (16 * MB + 1))
    if FACTS[name].too_large is not None:
        assert hear_of(server, "large") == [FACTS[name].too_large, "closed"]


@pytest.mark.parametrize("name", ["uvicorn-sansio", "hypercorn", "granian"])
def test_large_message_in_parts(name):
    with serving(name) as server, SilentClient(server.port, "/left/parts") as client:
        assert refused(client, "x" * 18 * MB, 3) is not FACTS[name].in_parts


def test_largest_message_of_granian():
    with serving("granian") as server, talk_to(server, "/left/parts") as talk:
        talk.send(iter(["x" * 8 * MB] * 8))
        assert talk.recv(60) == str(64 * MB)
        with pytest.raises(ConnectionClosed):
            talk.send(iter([*["x" * 8 * MB] * 8, "x"]))
            talk.recv(60)
