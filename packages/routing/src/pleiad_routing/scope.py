"""Finding a request's place in a tree: what ASGI's scope says of paths, and what it leaves open.

`path` is decoded, so an encoded slash cannot be told from a separator there. Where `raw_path` has
one, its segments are decoded one by one, and `%2F` is data. Servers disagree whether `path` holds
`root_path`: it is taken off where it stands there. Dot segments are text like any other, and match
only what was declared so: to resolve them is the client's business (RFC 3986, section 5.2.4).
"""

from collections.abc import MutableMapping
from typing import Any, TypeVar

from pleiad_routing.quote import unquote
from pleiad_routing.tree import Found, Mounted, Tree, segments_of

__all__ = ["below", "find_mounted", "find_route", "routed_path"]

T = TypeVar("T")
Scope = MutableMapping[str, Any]


def routed_path(scope: Scope) -> str:
    """The path below `root_path`; always from a slash on."""
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    if root and path.startswith(root):
        rest = path[len(root) :]
        if not rest or rest[0] == "/" or root[-1] == "/":
            path = rest if rest[:1] == "/" else f"/{rest}"
    return path or "/"


def find_route(tree: Tree[T], scope: Scope) -> Found[T] | None:
    """The value that a request's path leads to."""
    raw: bytes | None = scope.get("raw_path")
    if raw and (b"%2F" in raw or b"%2f" in raw):
        return tree.find_segments(_segments(scope))
    return tree.find(routed_path(scope) if scope.get("root_path") else scope["path"])


def find_mounted(tree: Tree[T], scope: Scope) -> Mounted[T] | None:
    """The longest mount that a request's path lies in."""
    return tree.find_mount(_segments(scope))


def below(scope: Scope, segments: int, parameters: dict[str, Any]) -> Scope:
    """The scope of what is mounted: `root_path` goes on to the mount, `path` stays whole.

    Args:
        scope: The scope of the request.
        segments: How many segments of the routed path the mount's prefix has.
        parameters: The values of the prefix's parameters.
    """
    root: str = scope.get("root_path", "").rstrip("/")
    path = routed_path(scope)
    prefix = "".join(f"/{each}" for each in segments_of(path)[:segments])
    held = scope["path"].startswith(root)
    return {
        **scope,
        "path": scope["path"] if held else f"{root}{path}",
        "root_path": f"{root}{prefix}",
        "path_params": {**scope.get("path_params", {}), **parameters},
    }


def _segments(scope: Scope) -> list[str]:
    """The routed path's segments, an encoded slash left within its own."""
    raw: bytes | None = scope.get("raw_path")
    segments = segments_of(routed_path(scope))
    if not raw or not (b"%2F" in raw or b"%2f" in raw):
        return segments
    path = raw.partition(b"?")[0]
    decoded = [unquote(each) for each in path.split(b"/")[1:]]
    if decoded and not decoded[-1]:
        decoded.pop()
    root = segments_of(scope.get("root_path", ""))
    return decoded[len(root) :] if root and decoded[: len(root)] == root else decoded
