"""What the client of a WebSocket may do."""

import msgspec

from pleiad_http import PermissionDeniedException, Scope

__all__ = ["SocketPolicy", "check_origin"]


class SocketPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of a WebSocket.

    Attributes:
        origins: Those whose pages may connect, such as `https://example.com`; anybody where none is
            named. A handshake from elsewhere is refused with a 403; one without an `Origin` header
            is not a browser's, and is let in.
        message_size: Bytes of one message, larger ones close with 4413; `None` for no limit but the
            server's.
        messages_per_second: How many may come in the long run, faster ones close with 1008; `None`
            for no limit.
        burst: How many may come at once, where the rate is limited.
        send_seconds: How long one message may wait for a slow client, which is then given up;
            `None` to wait for as long as the server does.
        grace_seconds: How long a handler may go on after the socket was closed with 1012 because
            the app shuts down.
    """

    origins: tuple[str, ...] = ()
    message_size: int | None = 1_000_000
    messages_per_second: float | None = None
    burst: int = 20
    send_seconds: float | None = None
    grace_seconds: float = 5.0

    def __post_init__(self) -> None:
        for origin in self.origins:
            if _normal(origin) is None:
                raise ValueError(
                    f"{origin!r} is no origin: write a scheme and a host, as in"
                    " 'https://example.com', and nothing behind them"
                )

    def within(self, outer: "SocketPolicy") -> "SocketPolicy":
        """This policy, each field that is left at its default taken from another."""
        usual = SocketPolicy()
        taken = {
            name: getattr(outer, name)
            for name in self.__struct_fields__
            if getattr(self, name) == getattr(usual, name)
        }
        return msgspec.structs.replace(self, **taken)


def check_origin(scope: Scope, policy: SocketPolicy) -> None:
    """Refuse a handshake that another site's page makes.

    A browser sends the cookies of a user along with any page's handshake, and asks no CORS question
    first: where origins are named, this is the only check there is.

    Args:
        scope: The handshake's.
        policy: Names the origins.

    Raises:
        PermissionDeniedException: 403: the origin is none of them, is no origin, or there are two.
    """
    if not policy.origins:
        return
    found: list[bytes] = [value for name, value in scope["headers"] if name == b"origin"]
    if not found:
        return
    wanted = {_normal(each) for each in policy.origins}
    origin = _normal(found[0].decode("latin-1")) if len(found) == 1 else None
    if origin is None or origin not in wanted:
        raise PermissionDeniedException("This origin may not connect")


_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def _normal(origin: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port of an origin; `None` for what is none, such as `null`."""
    from urllib.parse import urlsplit  # dear to import, and seldom needed

    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return None
    bare = f"{parts.scheme}://{parts.netloc}"
    if not parts.scheme or not parts.hostname or parts.username is not None:
        return None
    if len(bare) != len(origin) or not origin.isascii() or not origin.isprintable():
        return None
    return parts.scheme, parts.hostname, port or _PORTS.get(parts.scheme)
