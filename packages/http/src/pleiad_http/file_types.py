"""The media type that a file's name suggests."""

import os
import re
from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["media_type_of_name"]

UNKNOWN = "application/octet-stream"

_SUFFIX = re.compile(r"\.[a-z0-9_+-]{1,16}")

MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".avif": "image/avif",
        ".br": UNKNOWN,
        ".bz2": "application/x-bzip2",
        ".css": "text/css",
        ".csv": "text/csv",
        ".gif": "image/gif",
        ".gz": "application/gzip",
        ".htm": "text/html",
        ".html": "text/html",
        ".ico": "image/vnd.microsoft.icon",
        ".jpeg": "image/jpeg",
        ".jpg": "image/jpeg",
        ".js": "text/javascript",
        ".json": "application/json",
        ".jsonl": "application/jsonl",
        ".map": "application/json",
        ".md": "text/markdown",
        ".mjs": "text/javascript",
        ".mp3": "audio/mpeg",
        ".mp4": "video/mp4",
        ".ogg": "audio/ogg",
        ".otf": "font/otf",
        ".pdf": "application/pdf",
        ".png": "image/png",
        ".svg": "image/svg+xml",
        ".tgz": "application/gzip",
        ".ttf": "font/ttf",
        ".txt": "text/plain",
        ".wasm": "application/wasm",
        ".webm": "video/webm",
        ".webmanifest": "application/manifest+json",
        ".webp": "image/webp",
        ".woff": "font/woff",
        ".woff2": "font/woff2",
        ".xml": "application/xml",
        ".xz": "application/x-xz",
        ".zip": "application/zip",
        ".zst": "application/zstd",
    }
)
"""What the web is made of: browsers refuse a script or a style of the wrong type, so these do not
depend on the tables of the machine."""


def media_type_of_name(name: str) -> str:
    """The media type of a file, by its suffix; `application/octet-stream` where nobody knows it.

    Suffixes beyond `MEDIA_TYPES` are looked up in Python's `mimetypes`, and so in what
    `mimetypes.add_type` was told. Compressed content is what it is, never what is in it.
    """
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - pathlib takes 2 ms to import
    if suffix in MEDIA_TYPES:
        return MEDIA_TYPES[suffix]
    if _SUFFIX.fullmatch(suffix) is None:
        return UNKNOWN
    import mimetypes

    found, encoding = mimetypes.guess_type(f"file{suffix}")
    return found if found and encoding is None else UNKNOWN
