"""The seed's WebSocket program: the same conversations through the test client and under servers."""

import json
import runpy
from pathlib import Path
from typing import NamedTuple

import pytest
from socket_servers import KINDS, serve
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from pleiad.exceptions import WebSocketDisconnect
from pleiad.testing import TestClient

HERE = Path(__file__).resolve().parent


def test_text_is_the_seeds_but_for_the_import(programs):
    text = (HERE / "text" / "chat.txt").read_text()
    assert (programs / "chat.py").read_text() == text.replace("from litestar", "from pleiad")


class Said(NamedTuple):
    """What a client saw of a conversation."""

    received: list[object]
    code: int
    reason: str


def say_to_client(client, path, *messages) -> Said:
    with client.websocket_connect(path) as talk:
        received = [talk.receive_text()]
        for message in messages:
            talk.send(message, "text" if isinstance(message, str) else "binary")
            if isinstance(message, str):
                received.append(talk.receive_text())
        if not isinstance(messages[-1], str):
            with pytest.raises(WebSocketDisconnect) as closed:
                talk.receive()
            return Said(received, closed.value.code, closed.value.reason)
    return Said(received, 1000, "")


def say_to_server(port, path, *messages) -> Said:
    with connect(f"ws://127.0.0.1:{port}{path}") as talk:
        received = [talk.recv(10)]
        for message in messages:
            talk.send(message)
            if isinstance(message, str):
                received.append(talk.recv(10))
        if not isinstance(messages[-1], str):
            with pytest.raises(ConnectionClosed) as closed:
                talk.recv(10)
            return Said(received, closed.value.rcvd.code, closed.value.rcvd.reason)
    return Said(received, 1000, "")


@pytest.fixture(scope="module", params=["test client", *KINDS])
def say(request):
    """Give a function that has a conversation."""
    if request.param == "test client":
        namespace = runpy.run_path(str(HERE / "programs" / "chat.py"))
        with TestClient(namespace["app"]) as client:
            yield lambda path, *messages: say_to_client(client, path, *messages)
        return
    with serve(request.param, HERE / "programs", "chat:app") as server:
        yield lambda path, *messages: say_to_server(server.port, path, *messages)
        server.stop()
    assert "Traceback" not in server.log


@pytest.mark.parametrize(
    ("path", "messages", "said"),
    [
        pytest.param(
            "/ws/den",
            ["hello", "bye"],
            Said(["Joined room: den", "Echo [den]: hello", "Echo [den]: bye"], 1000, ""),
            id="echo",
        ),
        pytest.param(
            "/ws/Zo%C3%AB",
            ["", "ü" * 5000],
            Said(["Joined room: Zoë", "Echo [Zoë]: ", f"Echo [Zoë]: {'ü' * 5000}"], 1000, ""),
            id="unicode",
        ),
        pytest.param(
            "/ws/den",
            ["a", b"bytes"],
            Said(["Joined room: den", "Echo [den]: a"], 1003, "Send text messages"),
            id="bytes",
        ),
    ],
)
def test_conversation(say, path, messages, said):
    assert say(path, *messages) == said


def test_many_clients_at_once(say):
    for room in range(20):
        assert say(f"/ws/{room}", "x").received[-1] == f"Echo [{room}]: x"


def test_unknown_path_is_refused(say):
    with pytest.raises((InvalidStatus, WebSocketDisconnect)) as refused:
        say("/nowhere", "x")
    if isinstance(refused.value, InvalidStatus):
        status, content = refused.value.response.status_code, refused.value.response.body
    else:
        status, content = refused.value.status_code, refused.value.content
    assert status in (403, 404)
    if status == 404:
        assert json.loads(content)["detail"] == "Not Found"
