"""A WebSocket client that says nothing by itself: it answers neither pings nor closes."""

import socket
from typing import Self

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Event, Ping, Request, TextMessage

SECONDS = 30


class SilentClient:
    """One connection; what the server sends is given as wsproto's events.

    Attributes:
        wire: The connection itself.
    """

    def __init__(self, port, path) -> None:
        self.wire = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self.talk = WSConnection(ConnectionType.CLIENT)
        self.send(Request(host="localhost", target=path))
        assert isinstance(self.receive(), AcceptConnection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        self.wire.close()

    def send(self, event: Event) -> None:
        self.wire.sendall(self.talk.send(event))

    def say(self, text) -> str:
        """Send a text; give the one that comes back, and no ping that comes before it."""
        self.send(TextMessage(text))
        while isinstance(event := self.receive(), Ping):
            pass
        assert isinstance(event, TextMessage)
        return event.data

    def receive(self) -> Event | None:
        """The next event; `None` when the server has closed the connection."""
        while True:
            for event in self.talk.events():
                return event
            data = self.wire.recv(65536)
            if not data:
                return None
            self.talk.receive_data(data)

    def receive_all(self) -> tuple[int, int | None]:
        """Until the server closes the connection: how many pings came, and the code of its close."""
        pings, code = 0, None
        while event := self.receive():
            pings += isinstance(event, Ping)
            if isinstance(event, CloseConnection):
                code = event.code
        return pings, code
