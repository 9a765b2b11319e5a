"""What goes wrong with a WebSocket.

WebSocketException          (pleiad_http) closes the socket with its code and its detail
├── WebSocketDisconnect     (pleiad_http) the other side has left, or this one has closed
└── MessageError            a message of the client's is at fault
├── UnsupportedMessage  1003: text where bytes were wanted, or the reverse
├── InvalidMessage      1007: not of the declared type, or not even of its format
├── MessageTooLarge     4413: more bytes than the policy allows
└── TooManyMessages     1008: more messages than the policy allows
SocketMisuse                the program's own fault: a message that has no place in this state
"""

from collections.abc import Sequence

from pleiad_http import DecodeError, PleiadException, Problem, WebSocketException

__all__ = [
    "InvalidMessage",
    "MessageError",
    "MessageTooLarge",
    "SocketMisuse",
    "TooManyMessages",
    "UnsupportedMessage",
]


class MessageError(WebSocketException):
    """A message of the client's is at fault."""

    code = 1008


class UnsupportedMessage(MessageError):
    """A message is text where bytes were wanted, or the reverse."""

    code = 1003


class InvalidMessage(MessageError):
    """A message is not what was declared.

    Args:
        problems: Each thing that is wrong with it.

    Attributes:
        problems: Each thing that is wrong with it.
    """

    code = 1007

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(detail="; ".join(map(_described, problems)) or "Invalid message")
        self.problems = tuple(problems)

    @classmethod
    def of(cls, error: DecodeError | UnicodeError) -> "InvalidMessage":
        """The same as the decoder's error."""
        return cls(error.problems if isinstance(error, DecodeError) else [Problem("Not UTF-8")])


class MessageTooLarge(MessageError):
    """A message has more bytes than the policy allows."""

    code = 4413


class TooManyMessages(MessageError):
    """Messages come faster than the policy allows."""

    code = 1008


class SocketMisuse(PleiadException, RuntimeError):
    """The program sends or receives what has no place in the socket's present state."""


def _described(problem: Problem) -> str:
    where = ".".join(map(str, problem.path))
    return f"{where}: {problem.message}" if where else problem.message
