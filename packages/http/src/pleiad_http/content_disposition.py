"""What a client shall do with a file, and what to call it (RFC 6266; RFC 8187)."""

import re
from functools import lru_cache
from typing import Literal

from pleiad_http.surrogates import without_surrogates

__all__ = ["Disposition", "content_disposition"]

Disposition = Literal["attachment", "inline"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_PLAIN = re.compile(r"[ !#-$&-\[\]-~]*")  # ASCII without quote, backslash and percent
_NOT_PLAIN = re.compile(r"[^ !#-$&-\[\]-~]")


def content_disposition(kind: Disposition, filename: str) -> str:
    """The value of `Content-Disposition`.

    A name that is not plain ASCII is told twice: so that any client can read it, and as it is.

    Args:
        kind: `attachment`, to be saved, or `inline`, to be shown.
        filename: What to call it; only what stands behind the last separator counts, without control
            characters. An empty one is not told.

    Raises:
        ValueError: Another kind.
    """
    if kind not in ("attachment", "inline"):
        raise ValueError(f"content disposition {kind!r:.80}: say 'attachment' or 'inline'")
    return kind + _named(filename)


@lru_cache(maxsize=256)
def _named(filename: str) -> str:
    # PERF: kept: 1.5 us each time, and the same few files are sent again and again.
    text = _CONTROL.sub("", without_surrogates(filename))
    name = text.replace("\\", "/").rpartition("/")[2].strip()
    if not name:
        return ""
    if _PLAIN.fullmatch(name):
        return f'; filename="{name}"'
    from urllib.parse import quote

    quoted = quote(name, safe="!#$&+-.^_`|~")
    return f"; filename=\"{_NOT_PLAIN.sub('_', name)}\"; filename*=UTF-8''{quoted}"
