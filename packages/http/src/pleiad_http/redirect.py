"""Redirects (RFC 9110, section 15.4)."""

from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args

from pleiad_http.background import BackgroundTask, BackgroundTasks
from pleiad_http.multidict import ImmutableMultiDict
from pleiad_http.response import Cookies, Headers, Response

__all__ = ["STATUSES", "Redirect"]

RedirectStatus = Literal[301, 302, 303, 307, 308]
STATUSES = frozenset(get_args(RedirectStatus))


class Redirect(Response[None]):
    """Sends the client elsewhere.

    Args:
        path: A path, or an absolute URL. Characters that no URL holds are quoted; what is quoted
            already stays as it is.
        status_code: By default the route's, where that is one of a redirect, and else 302.
        query_params: Appended to the path's own; a list, or a multi-dict, for several of one name.
        headers: Headers.
        cookies: Cookies.
        background: Runs when the response has been sent.

    Raises:
        ValueError: A control character; another status; or a path that browsers take for another
            host, such as `//evil.example`.
    """

    __slots__ = ("url",)

    def __init__(
        self,
        path: str,
        *,
        status_code: RedirectStatus | None = None,
        query_params: Mapping[str, Any] | None = None,
        headers: Headers | None = None,
        cookies: Cookies | None = None,
        background: BackgroundTask | BackgroundTasks | None = None,
    ) -> None:
        if status_code is not None and status_code not in STATUSES:
            raise ValueError(
                f"Redirect has no status {status_code}: take 301, 302, 303, 307 or 308"
            )
        super().__init__(
            None,
            status_code=status_code,
            headers=headers,
            cookies=cookies,
            background=background,
        )
        self.url = _location(path, query_params or {})
        self.set_header("location", self.url)

    def status(self, default: int) -> int:
        """See `Response.status`."""
        return super().status(default if default in STATUSES else 302)

    def render(self, media_type: str | None = None) -> bytes:
        """A redirect has no content."""
        return b""

    def _encoded(self, encode: Callable[[Any], bytes] | None, media_type: str | None) -> bytes:
        return b""

    def _type(self, default: str | None) -> str:
        return ""


def _location(path: str, query_params: Mapping[str, Any]) -> str:
    from urllib.parse import quote, urlencode

    if any(ord(char) < 0x20 or ord(char) == 0x7F for char in path):
        raise ValueError(f"Redirect: control character in {path!r:.80}")
    if path[:2] in ("//", "/\\", "\\\\", "\\/"):
        raise ValueError(
            f"Redirect: browsers take {path!r:.80} for another host:"
            " write the scheme too, or a single leading slash"
        )
    url, hash_sign, fragment = quote(path, safe="%/:=&?~#+!$,;'@()*[]").partition("#")
    if query_params:
        values: Mapping[str, Any] = query_params
        if isinstance(query_params, ImmutableMultiDict):
            values = query_params.dict()
        url += ("&" if "?" in url else "?") + urlencode(values, doseq=True)
    return f"{url}{hash_sign}{fragment}"
