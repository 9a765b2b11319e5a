"""How a WebSocket ends: which code, which words.

The law: the client's faults close with 1003, 1007, 1008 or 44xx and say in short what is wrong; the
server's own faults close with 1011 and say nothing. A reason has 123 bytes at most (RFC 6455,
section 5.5), and is cut between characters.
"""

from typing import Any

import msgspec

from pleiad_http import ClientDisconnected, HTTPException, WebSocketDisconnect, WebSocketException

__all__ = ["Close", "check_code", "close_for", "is_server_fault", "short_reason"]

LONGEST_REASON = 123
SERVER_FAULT = 1011

MEANT_TO_BE_SENT = frozenset({1000, 1001, 1002, 1003, *range(1007, 1015), *range(3000, 5000)})
"""The codes that may stand in a close frame (RFC 6455, section 7.4, and IANA's registry)."""


class Close(msgspec.Struct, frozen=True):
    """A close frame.

    Attributes:
        code: The close code.
        reason: Why, in 123 bytes at most.
    """

    code: int
    reason: str = ""


def short_reason(text: str) -> str:
    """As much of a text as a close frame can hold: valid UTF-8, cut between characters."""
    return text.encode("utf-8", "replace")[:LONGEST_REASON].decode("utf-8", "ignore")


def check_code(code: int) -> None:
    """See that a code may be sent.

    Raises:
        ValueError: It is reserved, or no close code at all.
    """
    if code not in MEANT_TO_BE_SENT:
        raise ValueError(
            f"{code} cannot be sent as a close code: 1000 is a normal end, 1008 a refusal,"
            " 4000 to 4999 are yours"
        )


def close_for(error: BaseException, *, debug: bool = False) -> Close | None:
    """How an exception closes the socket; `None` where there is nobody left to be told.

    Args:
        error: What was raised.
        debug: Whether the client may be told of the server's own fault.
    """
    if isinstance(error, WebSocketDisconnect | ClientDisconnected):
        return None
    if isinstance(error, WebSocketException):
        code = error.code if error.code in MEANT_TO_BE_SENT else SERVER_FAULT
        return Close(code, short_reason(error.detail))
    if isinstance(error, HTTPException) and 400 <= error.status_code < 500:
        return Close(4000 + error.status_code, short_reason(_told(error)))
    told = f"{type(error).__name__}: {error}" if debug else ""
    return Close(SERVER_FAULT, short_reason(told))


def is_server_fault(error: BaseException) -> bool:
    """Whether an exception is the program's own fault, and neither the client's nor meant as an answer."""
    return close_for(error) == Close(SERVER_FAULT) and not isinstance(error, WebSocketException)


def _told(error: HTTPException) -> str:
    """The detail, and of a list of wrong values the first ones: a reason has no room for more."""
    listed: list[Any] = list(error.extra or ())[:3]
    wrong = [f"{e['key']}: {e['message']}" for e in listed if isinstance(e, dict) and "key" in e]
    return "; ".join(wrong) or error.detail
