"""The client chooses among a route's media types (RFC 9110, section 12.5.1)."""

from collections.abc import Mapping
from typing import Any

from pleiad.answering.responder import Responder
from pleiad_http import (
    Accept,
    Message,
    NotAcceptableException,
    Receive,
    Response,
    Scope,
    Send,
    media_type_of,
)

__all__ = ["Negotiation", "as_response", "prepare", "stream"]


class Negotiation:
    """Chooses the responder of a request.

    Args:
        responders: By media type; the first is for clients that take anything.
    """

    def __init__(self, responders: Mapping[str, Responder]) -> None:
        self._responders = {media_type_of(key): each for key, each in responders.items()}
        self._provided = tuple(self._responders)

    def choose(self, scope: Scope) -> Responder:
        """The responder of the media type that the client likes best.

        Raises:
            NotAcceptableException: 406: it takes none of them.
        """
        texts = [value for name, value in scope["headers"] if name == b"accept"]
        chosen = Accept(b", ".join(texts).decode("latin-1")).best_match(self._provided)
        if chosen is None:
            raise NotAcceptableException(
                f"The answer is one of: {', '.join(self._provided)}", headers={"vary": "accept"}
            )
        return self._responders[chosen]


# What the source calls with the responder that was chosen


def as_response(responder: Responder, result: Any) -> Response[Any]:
    """See `Responder.as_response`."""
    return responder.as_response(result)


def prepare(responder: Responder, response: Response[Any], scope: Scope) -> tuple[Message, Message]:
    """See `Responder.prepare`."""
    return responder.prepare(response, scope)


async def stream(
    responder: Responder, response: Response[Any], scope: Scope, receive: Receive, send: Send
) -> None:
    """See `Responder.stream`."""
    await responder.stream(response, scope, receive, send)
