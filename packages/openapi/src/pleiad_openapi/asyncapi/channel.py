"""WebSockets with the Python types of their messages: what a document is made of."""

from typing import Any, Literal

import msgspec

from pleiad_openapi.operation import NOTHING, Parameter
from pleiad_openapi.spec import ExternalDocumentation, SecurityRequirement

__all__ = ["Channel", "Message"]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent as one message.

    Attributes:
        type: The type of its value; `NOTHING`: anything.
        name: What it is called; by default what its type is.
        metadata: What `Annotated` held of its type.
        content_type: How its value is encoded; `None` where nobody knows.
        frame: Whether it comes as text or as bytes.
        description: Prose.
        encoding: How its text is to be read besides, such as `base64`.
        encoded_type: The media type of what the encoding holds.
    """

    type: Any = NOTHING
    name: str | None = None
    metadata: tuple[Any, ...] = ()
    content_type: str | None = "application/json"
    frame: Literal["text", "binary"] = "text"
    description: str | None = None
    encoding: str | None = None
    encoded_type: str | None = None


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """What clients of one WebSocket send and get.

    Attributes:
        address: A template of its path such as `/rooms/{room}`.
        receives: Messages of which clients send any; `None`: they send, and nobody knows what.
        sends: Messages of which clients get any; `None`: they get some, and nobody knows which.
        replies: Whether each message that is sent answers one that was received.
        name: What an operation id is made of, where none is given: the function's name.
        operation_id: Its unique name.
        summary: A line of prose.
        description: Prose, in CommonMark.
        tags: Groups that it belongs to.
        deprecated: Whether clients should stop using it: said of its messages, for AsyncAPI has no
            word for it elsewhere.
        parameters: What the handshake has: in its path, query, headers and cookies.
        security: The security that it asks for, one requirement of several; `None`: the document's.
        external_docs: More to read.
    """

    address: str
    receives: tuple[Message, ...] | None = ()
    sends: tuple[Message, ...] | None = ()
    replies: bool = False
    name: str = ""
    operation_id: str | None = None
    summary: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    deprecated: bool = False
    parameters: tuple[Parameter, ...] = ()
    security: tuple[SecurityRequirement, ...] | None = None
    external_docs: ExternalDocumentation | None = None

    @property
    def label(self) -> str:
        """The channel, as `WEBSOCKET /chat`."""
        return f"WEBSOCKET {self.address}"
