"""What ends a request's work before it is done: a time here, the client's leaving in `disconnect`.

An answer begins in time, or it is a 503. The bounds hold for the work alone: what is closed after it, a
commit for instance, is cut off by none of them.
"""

from math import inf
from types import TracebackType

from anyio import CancelScope, current_time
from anyio.lowlevel import checkpoint_if_cancelled

from pleiad_http.disconnect import Watch
from pleiad_http.exceptions import ServiceUnavailableException
from pleiad_http.types import Message, Send

__all__ = ["TimeLimitException", "begun_within", "finished"]


class TimeLimitException(ServiceUnavailableException):
    """The answer did not begin in time. Its cause says where the work stood."""


class begun_within:  # noqa: N801 - reads as a function in the source
    """Cancel the block unless it is done, or begins to send, within a time.

    What is done too late is not sent either: a worker thread cannot be cancelled, and is late when it
    returns.

    Args:
        seconds: The time.
        send: The request's; what the block has to send with is given on entering.

    Raises:
        TimeLimitException: On leaving: it was neither.
    """

    __slots__ = ("_scope", "_seconds", "_send")

    def __init__(self, seconds: float, send: Send) -> None:
        self._seconds = seconds
        self._send = send
        self._scope = CancelScope()

    async def __aenter__(self) -> "begun_within":
        self._scope.deadline = current_time() + self._seconds
        self._scope.__enter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        ended = self._scope.__exit__(kind, error, trace)
        if self._scope.cancelled_caught:
            raise self._exceeded() from error
        return ended

    async def __call__(self, message: Message) -> None:
        """Send a message; the first one of the answer ends the time."""
        if message["type"] == "http.response.start":
            self._scope.deadline = inf
        await self._send(message)

    def done(self) -> None:
        """The answer is ready; what is closed now has all the time that it takes.

        Raises:
            TimeLimitException: It is ready too late.
        """
        late = current_time() >= self._scope.deadline
        self._scope.deadline = inf
        if late:
            raise self._exceeded()

    def _exceeded(self) -> TimeLimitException:
        return TimeLimitException(f"The answer did not begin within {self._seconds:g} s")


async def finished(*bounds: "begun_within | Watch") -> None:
    """Lift the bounds of work that has an answer.

    Work that was cancelled and came to an end all the same, in a worker thread for instance, leaves as
    cancelled: what closes then is shielded.

    Raises:
        TimeLimitException: The answer comes too late.
    """
    await checkpoint_if_cancelled()
    for each in bounds:
        each.done()
