"""What a route's successful answers say to caches, and the tag by which clients ask again."""

from collections.abc import Callable, Mapping

import msgspec

from pleiad.declaring.layer import Layer
from pleiad_http import CacheControlHeader, ETag, Message

__all__ = ["Caching", "caching_of", "is_success"]


class Caching(msgspec.Struct, frozen=True):
    """The `cache_control` and `etag` of a route.

    Attributes:
        headers: Headers that are known before the content is.
        tag: Makes the tag of content, where that is what tags it.
    """

    headers: Mapping[str, str]
    tag: Callable[[bytes], str] | None

    @property
    def tags(self) -> bool:
        """Whether successful answers have a tag."""
        return self.tag is not None or "etag" in self.headers

    def tagged(self, start: Message, content: bytes) -> Message:
        """The start of an answer with the tag of its content, unless it has one."""
        headers = start["headers"]
        if self.tag is None or not is_success(start["status"]) or _is_tagged(headers):
            return start
        return {**start, "headers": [*headers, (b"etag", self.tag(content).encode())]}


def caching_of(layer: Layer, method: str) -> Caching:
    """What a route says to caches: a tag names what GET gives, so other methods have none."""
    headers: dict[str, str] = {}
    if isinstance(layer.cache_control, CacheControlHeader):
        headers["cache-control"] = layer.cache_control.to_header()
    if isinstance(layer.etag, ETag) and method in ("GET", "HEAD"):
        headers["etag"] = layer.etag.to_header()
    by_content = layer.etag == "content" and method == "GET"
    return Caching(headers, _content_tag() if by_content else None)


def is_success(status: int) -> bool:
    """Whether it is a status of success."""
    return 200 <= status < 300


def _is_tagged(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(name == b"etag" for name, _ in headers)


def _content_tag() -> Callable[[bytes], str]:
    from hashlib import blake2b  # it loads OpenSSL

    def tag(content: bytes) -> str:
        return ETag(blake2b(content, digest_size=16).hexdigest()).to_header()

    return tag
