"""A connection: a lazy view of its scope."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar, cast

from pleiad_http.cookies import parse_cookies
from pleiad_http.exceptions import ImproperlyConfiguredException
from pleiad_http.headers import Headers
from pleiad_http.multidict import QueryParams
from pleiad_http.query import parse_query
from pleiad_http.state import ImmutableState, State
from pleiad_http.types import Message, Receive, Scope, Send
from pleiad_http.url import URL, Address

__all__ = ["ASGIConnection", "Connection"]

HandlerT = TypeVar("HandlerT")
UserT = TypeVar("UserT")
AuthT = TypeVar("AuthT")
StateT = TypeVar("StateT", bound=State)


async def no_receive() -> Message:
    """Stands where a connection was made without a channel to receive from."""
    raise RuntimeError("this connection was made without 'receive'")


async def no_send(_: Message) -> None:
    """Stands where a connection was made without a channel to send to."""
    raise RuntimeError("this connection was made without 'send'")


class ASGIConnection(Generic[HandlerT, UserT, AuthT, StateT]):
    """What every connection shows; nothing is read before it is asked for.

    PERF: made in 0.15 us: three slots, and all else when it is asked for.

    Args:
        scope: The ASGI scope.
        receive: Gives the next message.
        send: Takes a message.

    Attributes:
        scope: The ASGI scope.
        receive: Gives the next message.
        send: Takes a message.
    """

    __slots__ = ("_cookies", "_headers", "_query", "_state", "_url", "receive", "scope", "send")

    _cookies: dict[str, str]
    _headers: Headers
    _query: QueryParams
    _state: ImmutableState
    _url: URL

    def __init__(self, scope: Scope, receive: Receive = no_receive, send: Send = no_send) -> None:
        self.scope = scope
        self.receive = receive
        self.send = send

    @property
    def app(self) -> Any:
        """The application."""
        return self._need("app", "the app puts it there")

    @property
    def route_handler(self) -> HandlerT:
        """The handler of the route, its layers' options merged."""
        repair = "the app puts it there when a route is found"
        return cast("HandlerT", self._need("route_handler", repair))

    @property
    def state(self) -> StateT:
        """The scope's own state: what any middleware puts into `scope["state"]` is here.

        Servers give each request a copy of what the lifespan left there.
        """
        try:
            return cast("StateT", self._state)
        except AttributeError:
            values: dict[str, Any] | None = self.scope.get("state")
            if values is None:
                values = self.scope["state"] = {}
            self._state = State.view(values)
            return cast("StateT", self._state)

    @property
    def url(self) -> URL:
        """The URL that was asked for.

        Raises:
            ClientException: 400: the `Host` header is no host.
        """
        try:
            return self._url
        except AttributeError:
            self._url = URL.from_scope(self.scope)
            return self._url

    @property
    def base_url(self) -> URL:
        """The URL under which the application is mounted."""
        root = self.scope.get("root_path", "").rstrip("/")
        return self.url.with_replacements(path=f"{root}/", query="", fragment="")

    @property
    def headers(self) -> Headers:
        """The headers."""
        try:
            return self._headers
        except AttributeError:
            self._headers = Headers.from_scope(self.scope)
            return self._headers

    @property
    def query_params(self) -> QueryParams:
        """The values of the query.

        Raises:
            ClientException: 400: see `parse_query`.
        """
        try:
            return self._query
        except AttributeError:
            self._query = QueryParams(parse_query(self.scope.get("query_string", b"")))
            return self._query

    @property
    def path_params(self) -> Mapping[str, Any]:
        """The values of the path's parameters."""
        return cast("Mapping[str, Any]", self.scope.get("path_params", {}))

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies."""
        try:
            return self._cookies
        except AttributeError:
            self._cookies = parse_cookies(self.headers)
            return self._cookies

    @property
    def client(self) -> Address | None:
        """The peer, as the server sees it; `None` where it does not say."""
        client = self.scope.get("client")
        return Address(*client) if client else None

    @property
    def user(self) -> UserT:
        """Who asks, as an authentication middleware found out."""
        return cast("UserT", self._need("user", "an authentication middleware sets it"))

    @property
    def auth(self) -> AuthT:
        """By what it is known who asks, as an authentication middleware found out."""
        return cast("AuthT", self._need("auth", "an authentication middleware sets it"))

    @property
    def session(self) -> dict[str, Any]:
        """The session."""
        return cast("dict[str, Any]", self._need("session", "a session middleware sets it"))

    def set_session(self, value: Mapping[str, Any]) -> None:
        """Replace the session."""
        self.scope["session"] = value

    def clear_session(self) -> None:
        """Empty the session."""
        self.scope["session"] = {}

    def url_for(self, name: str, /, **path_parameters: Any) -> str:
        """The absolute URL of a handler.

        Args:
            name: The handler's name.
            **path_parameters: The values of its path's parameters.

        Raises:
            NoRouteMatchFoundException: See `route_reverse` of the app.
        """
        root = self.scope.get("root_path", "").rstrip("/")
        path: str = self.app.route_reverse(name, **path_parameters)
        base = self.url
        return f"{base.scheme}://{base.netloc}{URL(path=root)}{path}"

    def _need(self, key: str, repair: str) -> Any:
        try:
            return self.scope[key]
        except KeyError:
            raise ImproperlyConfiguredException(
                f"'{key}' is not in the scope of this connection: {repair}"
            ) from None


class Connection(ASGIConnection[Any, UserT, AuthT, StateT], Generic[UserT, AuthT, StateT]):
    """A connection whose handler may be of any class."""

    __slots__ = ()
