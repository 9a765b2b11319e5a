"""A WebSocket over HTTP/2 (RFC 8441), which the `websockets` client does not speak: h2 and wsproto do."""

import socket
from typing import Self

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    DataReceived,
    RemoteSettingsChanged,
    ResponseReceived,
    StreamEnded,
    StreamReset,
)
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, TextMessage

SECONDS = 10


def is_offered(port) -> bool:
    """Whether the server's settings say that it takes WebSockets over HTTP/2."""
    http, seen = H2Connection(H2Configuration(client_side=True)), []
    http.initiate_connection()
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as wire:
        wire.sendall(http.data_to_send())
        while not any(isinstance(event, RemoteSettingsChanged) for event in seen):
            seen += http.receive_data(wire.recv(65536))
    return bool(http.remote_settings.enable_connect_protocol)


class SocketOverHTTP2:
    """One WebSocket in one stream of one connection.

    Attributes:
        status: Of the answer to the handshake; 200 is an open socket.
        close: The code and reason of the server's close frame.
    """

    def __init__(self, port, path) -> None:
        self.path = path
        self.status = 0
        self.body = b""
        self.close: tuple[int, str] | None = None
        self.ended = False
        self.wire = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self.http = H2Connection(H2Configuration(client_side=True))
        self.talk = Connection(ConnectionType.CLIENT)

    def __enter__(self) -> Self:
        self.http.initiate_connection()
        self.flush()
        self.read_until(lambda: self.http.remote_settings.enable_connect_protocol)
        headers = [
            (":method", "CONNECT"),
            (":protocol", "websocket"),
            (":scheme", "http"),
            (":path", self.path),
            (":authority", "127.0.0.1"),
            ("sec-websocket-version", "13"),
        ]
        self.stream = self.http.get_next_available_stream_id()
        self.http.send_headers(self.stream, headers)
        self.flush()
        self.read_until(lambda: self.status)
        return self

    def __exit__(self, *_) -> None:
        self.wire.close()

    def send(self, message) -> None:
        event = TextMessage(message) if isinstance(message, str) else BytesMessage(message)
        self.http.send_data(self.stream, self.talk.send(event))
        self.flush()

    def receive(self) -> str | bytes | None:
        """The next message; `None` once the server has closed."""
        while True:
            for event in self.talk.events():
                if isinstance(event, CloseConnection):
                    self.close = event.code, event.reason or ""
                    return None
                return event.data
            if self.ended:
                return None
            self.read()

    def read_until(self, condition) -> None:
        while not condition():
            self.read()

    def read(self) -> None:
        data = self.wire.recv(65536)
        if not data:
            raise ConnectionError("the server has closed the connection")
        for event in self.http.receive_data(data):
            if isinstance(event, ResponseReceived):
                self.status = int(dict(event.headers)[b":status"])
            elif isinstance(event, DataReceived):
                self.http.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                if self.status == 200:
                    self.talk.receive_data(event.data)
                else:
                    self.body += event.data
            elif isinstance(event, StreamEnded | StreamReset):
                self.ended = True
        self.flush()

    def flush(self) -> None:
        self.wire.sendall(self.http.data_to_send())
