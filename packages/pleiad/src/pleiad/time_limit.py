"""`timeout=`: an answer begins in time, or it is a 503."""

from contextlib import AbstractAsyncContextManager
from math import inf
from types import TracebackType

from anyio import CancelScope, current_time

from pleiad_http import Message, Send, ServiceUnavailableException

__all__ = ["TimeLimitException", "begun_within"]


class TimeLimitException(ServiceUnavailableException):
    """The answer did not begin within the route's `timeout`. Its cause says where the work stood."""


class begun_within(AbstractAsyncContextManager[Send]):  # noqa: N801 - reads as a function in the source
    """Cancel the block unless it ends, or begins to send, within a time.

    What a block without an end in time returns is not sent either: work that cannot be cancelled, in
    a worker thread, is late when it returns.

    Args:
        seconds: The time.
        send: The request's; what the block has to send with is given on entering.

    Raises:
        TimeLimitException: On leaving: it did neither.
    """

    __slots__ = ("_scope", "_seconds", "_send")

    def __init__(self, seconds: float, send: Send) -> None:
        self._seconds = seconds
        self._send = send
        self._scope = CancelScope()

    async def __aenter__(self) -> Send:
        self._scope.deadline = current_time() + self._seconds
        self._scope.__enter__()
        return self._sent

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        late = current_time() >= self._scope.deadline
        ended = self._scope.__exit__(kind, error, trace)
        if self._scope.cancelled_caught or (late and error is None):
            detail = f"The answer did not begin within {self._seconds:g} s"
            raise TimeLimitException(detail) from error
        return ended

    async def _sent(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._scope.deadline = inf
        await self._send(message)
