"""Finding a request's place in a tree: what ASGI's scope says of paths, and what it leaves open.

`path` is decoded, so an encoded slash cannot be told from a separator there. Where `raw_path` has
one, its segments are decoded one by one and `%2F` is data, as long as they spell the same path; a
`raw_path` that says something else, left behind by what rewrote `path`, is not believed. Bytes that
are no UTF-8 come as the server decodes them, U+FFFD with most.

Servers and frameworks disagree whether `path` holds `root_path`, as ASGI wants it (HTTP and WebSocket,
Connection Scope). It is taken off where it stands there and a segment ends with it. So below
a `root_path` of `/a` that is left out of `path`, a route `/a/...` cannot be told from the root.
"""

from collections.abc import MutableMapping
from typing import Any, TypeVar

from pleiad_routing.quote import PERCENT, quote_path, unquote
from pleiad_routing.tree import Found, Mounted, Tree, segments_of

__all__ = ["below", "find_mounted", "find_route", "rooted", "routed_path"]

T = TypeVar("T")
Scope = MutableMapping[str, Any]


def routed_path(scope: Scope) -> str:
    """The path below `root_path`; `/` where nothing is left."""
    return _split(scope)[1] or "/"


def find_route(tree: Tree[T], scope: Scope) -> Found[T] | None:
    """The value that a request's path leads to; None where a mount comes first."""
    raw: bytes | None = scope.get("raw_path")
    if raw and _has_slash(raw):
        path = routed_path(scope)
        return tree.find_segments(_segments(scope, path)) if path[0] == "/" else None
    return tree.find(routed_path(scope) if scope.get("root_path") else scope["path"])


def find_mounted(tree: Tree[T], scope: Scope) -> Mounted[T] | None:
    """The longest mount that a request's path lies in."""
    path = routed_path(scope) if scope.get("root_path") else scope["path"] or "/"
    if path[0] != "/" or not tree.may_be_mounted(path):
        return None
    return tree.find_mount(_segments(scope, path))


def below(scope: Scope, segments: int, parameters: dict[str, Any]) -> Scope:
    """The scope of what is mounted: `root_path` goes on to the mount, `path` is whole.

    Args:
        scope: The scope of the request.
        segments: How many segments of the routed path the mount's prefix has.
        parameters: The values of the prefix's parameters.
    """
    root, path = _split(scope)
    prefix = "".join(f"/{each}" for each in _segments(scope, path or "/")[:segments])
    return {
        **scope,
        "path": root + path,
        "root_path": root + prefix,
        "path_params": {**scope.get("path_params", {}), **parameters},
    }


def rooted(scope: Scope, path: str) -> str:
    """A path of a router as a client has to write it: below the `root_path` of a request.

    Args:
        scope: The scope of any request to the router.
        path: Quoted, as `Router.path_for` gives it.
    """
    return quote_path((scope.get("root_path") or "").rstrip("/")) + path


def _split(scope: Scope) -> tuple[str, str]:
    """The root without a slash at its end, and what is left of the path below it."""
    path: str = scope["path"]
    root: str = (scope.get("root_path") or "").rstrip("/")
    if root and path.startswith(root):
        rest = path[len(root) :]
        if rest[:1] in _ENDS:
            return root, rest
    return root, path


def _has_slash(raw: bytes) -> bool:
    """Whether a slash is written as data."""
    return PERCENT in raw and (b"%2F" in raw or b"%2f" in raw)


_ENDS = ("/", "")


def _segments(scope: Scope, path: str) -> list[str]:
    """A routed path's segments, an encoded slash left within its own."""
    raw: bytes | None = scope.get("raw_path")
    if not raw or not _has_slash(raw):
        return segments_of(path)
    decoded = [unquote(each) for each in raw.partition(b"?")[0].split(b"/")[1:]]
    surplus = sum(len(each) + 1 for each in decoded) - len(path)
    first = 0
    while surplus > 0:  # what of the raw path is above the routed one
        surplus -= len(decoded[first]) + 1
        first += 1
    segments = decoded[first:]
    if surplus or "/" + "/".join(segments) != path:
        return segments_of(path)
    if not segments[-1]:
        segments.pop()
    return segments
