"""An HTTP request."""

from collections.abc import AsyncIterator, Iterable
from functools import lru_cache
from typing import Any, TypeVar, cast

from anyio import move_on_after

from pleiad_http.body import BODY, DISCONNECTED, content_length, read_body, stream_body
from pleiad_http.connection import Connection
from pleiad_http.decoding import Decoder, decoder_for
from pleiad_http.exceptions import ClientException, DecodeError, PleiadException
from pleiad_http.forms import read_form
from pleiad_http.headers import header_pair
from pleiad_http.limits import Limits
from pleiad_http.media_types import Accept, media_type_of, parameters_of
from pleiad_http.multidict import FormMultiDict
from pleiad_http.parts import Parts, parts_of
from pleiad_http.state import State

__all__ = ["LIMITS", "Request"]

UserT = TypeVar("UserT")
AuthT = TypeVar("AuthT")
StateT = TypeVar("StateT", bound=State)

LIMITS = "pleiad.limits"
"""Where the scope says how large the request may be."""

_DEFAULT_LIMITS = Limits()
_PUSHED = frozenset(
    {b"accept", b"accept-encoding", b"accept-language", b"cache-control", b"user-agent"}
)
"""The headers of a request that a promised one has as well (RFC 9113, section 8.4)."""

_decode_msgpack = decoder_for(Any, "application/vnd.msgpack")


class Request(Connection[UserT, AuthT, StateT]):
    """An HTTP request; nothing is read before it is asked for.

    Args:
        scope: The ASGI scope.
        receive: Gives the next message.
        send: Takes a message.
    """

    __slots__ = ("_json", "_msgpack")

    _json: Any
    _msgpack: Any

    @property
    def method(self) -> str:
        """The method."""
        return cast("str", self.scope["method"])

    @property
    def accept(self) -> Accept:
        """What the client accepts."""
        return Accept(", ".join(self.headers.getall("accept")))

    @property
    def content_type(self) -> tuple[str, dict[str, str]]:
        """The media type of the content, and its parameters."""
        text = self.headers.get("content-type", "")
        return media_type_of(text), parameters_of(text)

    @property
    def content_length(self) -> int | None:
        """The announced length of the content; `None` where none is announced.

        Raises:
            ClientException: 400: it is no number, or announced twice.
        """
        return content_length(self.scope)

    @property
    def limits(self) -> Limits:
        """How large the content may be."""
        return cast("Limits", self.scope.get(LIMITS, _DEFAULT_LIMITS))

    async def body(self) -> bytes:
        """The whole content; see `read_body`."""
        return await read_body(self.scope, self.receive, self.limits.body)

    def stream(self) -> AsyncIterator[bytes]:
        """The content chunk by chunk; see `stream_body`."""
        return stream_body(self.scope, self.receive, self.limits.body)

    async def json(self) -> Any:
        """The content as JSON; `None` where there is no content.

        Raises:
            ClientException: 400: it is no JSON, or nested too deeply.
        """
        if not hasattr(self, "_json"):
            body = await self.body()
            self._json = _decoded(_json_decoder(self.limits.depth), body) if body else None
        return self._json

    async def msgpack(self) -> Any:
        """The content as MessagePack; `None` where there is no content.

        Raises:
            ClientException: 400: it is no MessagePack.
        """
        if not hasattr(self, "_msgpack"):
            body = await self.body()
            self._msgpack = _decoded(_decode_msgpack, body) if body else None
        return self._msgpack

    async def form(self) -> FormMultiDict:
        """The content as a form; see `read_form`. Close it when it may hold files."""
        return await read_form(self.scope, self.receive, self.limits)

    def parts(self) -> Parts:
        """The parts of a multipart form, one by one, as they arrive; see `parts_of`."""
        return parts_of(self.scope, self.receive, self.limits)

    @property
    def is_connected(self) -> bool:
        """Whether the client is there, as far as reading has shown; see `is_disconnected`."""
        return DISCONNECTED not in self.scope

    async def is_disconnected(self) -> bool:
        """Whether the client has left; asks the server, without waiting, once the content was read."""
        if self.is_connected and BODY in self.scope:
            with move_on_after(0):
                message = await self.receive()
                if message["type"] == "http.disconnect":
                    self.scope[DISCONNECTED] = True
        return not self.is_connected

    @property
    def supports_push_promise(self) -> bool:
        """Whether the server can push."""
        return "http.response.push" in (self.scope.get("extensions") or {})

    async def send_push_promise(self, path: str, *, raise_if_unavailable: bool = False) -> None:
        """Ask the server to push what is at a path.

        The server is told the request's headers that say what the client accepts.

        Args:
            path: The path.
            raise_if_unavailable: Whether a server that cannot is an error.

        Raises:
            PleiadException: The server cannot, and that is an error.
            ValueError: The path has a control character.
        """
        if not path.isprintable():
            raise ValueError(f"push promise: control character in {path!r:.80}")
        if self.supports_push_promise:
            headers = [each for each in self.scope["headers"] if each[0] in _PUSHED]
            await self.send({"type": "http.response.push", "path": path, "headers": headers})
        elif raise_if_unavailable:
            raise PleiadException("the server does not support the push promise extension of ASGI")

    @property
    def supports_early_hints(self) -> bool:
        """Whether the server can send hints before the response."""
        return "http.response.early_hint" in (self.scope.get("extensions") or {})

    async def send_early_hints(self, links: Iterable[str]) -> bool:
        """Tell the client what it will want, while the response is made: a 103 (RFC 8297).

        Call it before anything of the response is sent, so not in a stream.

        Args:
            links: Values of `Link`, such as `</style.css>; rel=preload; as=style`.

        Returns:
            Whether they were sent: few servers can, and only over HTTP/2.

        Raises:
            TypeError: A single text.
            ValueError: One that cannot be a header, whether or not the server could send it.
        """
        values = [header_pair("link", each)[1] for each in _several(links)]
        if not (self.supports_early_hints and values):
            return False
        await self.send({"type": "http.response.early_hint", "links": values})
        return True


def _several(links: Iterable[str]) -> Iterable[str]:
    """More than one: a text is an iterable of texts as well, of a character each."""
    if isinstance(links, str):
        raise TypeError("early hints: give a list of links")
    return links


@lru_cache(maxsize=16)
def _json_decoder(depth: int) -> Decoder:
    return decoder_for(Any, "application/json", depth=depth)


def _decoded(decode: Any, body: bytes) -> Any:
    try:
        return decode(body)
    except DecodeError as error:
        raise ClientException(f"Malformed content: {error}") from None
