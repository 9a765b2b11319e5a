"""What goes to the log is read by people and terminals: a client's text must not pose as either's own.

An exception's message often holds what a client sent. Its control characters are escaped, and where it
has several lines, all but the first are indented: so it neither commands a terminal nor forges a line.
"""

import logging
import traceback

__all__ = ["logger"]

logger = logging.getLogger("pleiad")

_ESCAPED = {
    code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"
}


class _Escaping(logging.Filter):
    """Writes a record's traceback, which formatters take when it is there already."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            lines = traceback.TracebackException.from_exception(error).format()
            record.exc_text = "".join(map(_harmless, lines)).rstrip("\n").translate(_ESCAPED)
        return True


def _harmless(text: str) -> str:
    """A piece of a traceback; only one that tells an exception begins with neither space nor line end."""
    if text[:1] in (" ", "\n"):
        return text
    return text.rstrip("\n").replace("\n", "\n    ") + "\n"


logger.addFilter(_Escaping())
