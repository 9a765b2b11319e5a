"""One request and its answer, between a client and an app in one event loop.

The app runs in a task of its own. What it sends waits in a bounded buffer until the client takes
it, and `send` waits while the buffer is full. The answer is over when the app has ended, not when
its last byte was sent: background work is part of a test.
"""

import logging
from typing import Any

import anyio
import httpx2
from anyio.lowlevel import checkpoint

from pleiad_http import Message, RawHeaders
from pleiad_testing.answer import Answer
from pleiad_testing.app_call import AppCall, follows_leaving
from pleiad_testing.errors import ClientLeft, ProtocolFault
from pleiad_testing.request_body import RequestBody
from pleiad_testing.scope import http_scope
from pleiad_testing.settings import Settings

__all__ = ["Exchange", "seconds_of"]

logger = logging.getLogger("pleiad.testing")

BUFFER = 65_536
"""Bytes that may wait for the client before `send` waits too."""
INTERNAL_ERROR = {
    "type": "http.response.start",
    "status": 500,
    "headers": [(b"content-type", b"text/plain; charset=utf-8")],
}


def seconds_of(request: httpx2.Request) -> float | None:
    """The time that an app has for each step of its answer: the request's read timeout."""
    seconds: float | None = request.extensions.get("timeout", {}).get("read")
    return seconds


class Exchange(AppCall):
    """One request and its answer.

    Args:
        settings: Those of the client.
        request: What is asked.
        state: Of the app's lifespan.
    """

    def __init__(self, settings: Settings, request: httpx2.Request, state: dict[str, Any]) -> None:
        super().__init__(settings, f"{request.method} {request.url.path}", seconds_of(request))
        self._scope = http_scope(request, settings.root_path, state, self._report)
        self._body = RequestBody(request)
        self._answer = Answer(request.method, request.url.path)
        self._of_client: Exception | None = None

    async def begin(self) -> tuple[int, RawHeaders]:
        """Call the app; return the status and the headers of its answer.

        Raises:
            AppTimeout: It began none in time.
            ProtocolFault: It ended without one.
            BaseException: What the app raised, or what the request's own body raised.
        """
        deadline = self._deadline()
        self._start()
        await self._until(self._begun, deadline, "has not begun an answer")
        if self._of_client is not None:
            await self._until(self._over, deadline, "has not ended after its request broke off")
        if self._of_client is not None or not self._answer.status:
            self._verdict()
        return self._answer.status, self._answer.headers

    async def chunk(self) -> bytes:
        """The next part of the body; empty after the last one.

        Raises:
            AppTimeout: The app did not send it, or did not end after the last one, in time.
            ProtocolFault: It ended in the midst of its answer.
            BaseException: What the app raised, or reported.
        """
        deadline = self._deadline()
        await self._until(self._readable, deadline, "has not continued its answer")
        if self._answer.chunks:
            chunk = self._answer.take()
            self._notify()
            return chunk
        await self._until(self._over, deadline, "has answered, but has not ended")
        self._verdict()
        return b""

    async def leave(self) -> None:
        """Close the response: the app is told by a disconnect, and has ended on return.

        That nobody reads any more is no fault of the app: what comes of it is logged.

        Raises:
            AppTimeout: It did not end in time.
            BaseException: What the app raised or reported otherwise.
        """
        self._left = True
        self._notify()
        await self._until(self._over, self._deadline(), "has not ended after its client left")
        if follows_leaving(self._raised, set()):
            logger.debug("%s: raised after its client left", self._label, exc_info=self._raised)
            self._raised = None
        self._verdict(left=True)

    async def _receive(self) -> Message:
        if not (self._left or self._body.ended or self._answer.complete):
            part = await self._part_unless_left()
            if part is not None:
                return part
        await self._wait(lambda: self._left or self._answer.complete)
        return {"type": "http.disconnect"}

    async def _part_unless_left(self) -> Message | None:
        part: Message | None = None
        async with anyio.create_task_group() as group:
            group.start_soon(self._cancel_when_left, group.cancel_scope)
            try:
                part = await self._body.next()
            except Exception as error:  # noqa: BLE001 - of the test's own code: raised in the test
                self._of_client = error
                self._left = True
                self._notify()
            group.cancel_scope.cancel()
        return part

    async def _cancel_when_left(self, reading: anyio.CancelScope) -> None:
        await self._wait(lambda: self._left)
        reading.cancel()

    async def _send(self, message: Message) -> None:
        if self._left:
            raise ClientLeft(f"{self._label}: the client has closed the response")
        try:
            self._answer.accept(message)
        except ProtocolFault as fault:
            self._fault = fault
            raise
        self._notify()
        await checkpoint()
        await self._wait(lambda: self._left or self._answer.waiting < BUFFER)

    def _begun(self) -> bool:
        return bool(self._answer.status) or self.ended or self._of_client is not None

    def _readable(self) -> bool:
        return bool(self._answer.chunks) or self._answer.complete or self.ended

    def _verdict(self, *, left: bool = False) -> None:
        """Raise what is to be raised once the app has ended; make a 500 of what is not."""
        expected = None if self._settings.raises else self._raised
        raised = self._raised if expected is None or not isinstance(expected, Exception) else None
        reported = self._reported if self._settings.raises else None
        error = self._of_client or raised or reported or self._fault
        if error is None and not left and not self._answer.complete:
            error = self._unanswered(expected)
        self._forget()
        if error is not None:
            try:
                raise error
            finally:
                del error, expected, raised, reported  # or they were a cycle with this frame

    def _unanswered(self, expected: BaseException | None) -> ProtocolFault | None:
        if expected is not None and not self._answer.status:
            self._answer.accept(INTERNAL_ERROR)
            self._answer.accept({"type": "http.response.body", "body": b"Internal Server Error"})
            return None
        if expected is not None:
            fault = self._answer.fault(f"raised {expected!r} in the midst of its answer")
            fault.__cause__ = expected
            return fault
        if not self._answer.status:
            return self._answer.fault("returned without an answer; it sent nothing")
        return self._answer.fault(
            "returned in the midst of its answer; the last 'http.response.body' has no more_body"
        )

    async def _finished(self) -> None:
        await self._body.aclose()

    def _forget(self) -> None:
        super()._forget()
        self._of_client = None
