"""The plan of a route: everything that happens in one request, before any of it is written."""

from typing import Any

import msgspec

from pleiad.describe_plan import described_plan
from pleiad.failures import Failures
from pleiad.handlers import HTTPRouteHandler
from pleiad.returns import Returns
from pleiad_di import Names, Source, Step, run, write
from pleiad_http import Receive, Scope, Send

__all__ = ["RoutePlan"]


class RoutePlan(msgspec.Struct, frozen=True, kw_only=True):
    """How one method of one path is answered.

    Attributes:
        method: The HTTP method.
        path: The path template.
        handler: The handler, its layer complete.
        status: The status of a successful response.
        media_types: Those of its content, of which the client chooses; empty where it has none.
        returns: What the handler is declared to return.
        values: What is taken out of the request.
        raises: The exceptions that types made of the request declare.
        dependencies: The names of the dependencies that are used.
        steps: What happens before the first message is sent.
        tail: The sending, and what comes after it.
        fail: Answers an exception of `steps`.
        names: The variables that the steps use.
    """

    method: str
    path: str
    handler: HTTPRouteHandler
    status: int
    media_types: tuple[str, ...]
    returns: Returns
    values: tuple[Any, ...]
    raises: tuple[type[Exception], ...]
    dependencies: tuple[str, ...]
    steps: tuple[Step, ...]
    tail: tuple[Step, ...]
    fail: Failures
    names: tuple[str, ...]

    def __repr__(self) -> str:
        """The plan as a table for people."""
        answers = f"{self.status} {' or '.join(self.media_types) or 'without content'}"
        return described_plan(self.label, self, [("answers", answers)])

    @property
    def label(self) -> str:
        """The route, as `GET /items`."""
        return f"{self.method} {self.path}"

    @property
    def source(self) -> Source:
        """The plan as the text of an ASGI callable."""
        out = Source(
            self.handler.handler_name,
            ("scope", "receive", "send"),
            label=f"<pleiad {self.label}>",
            names=Names(self.names),
            comment=self.label,
        )
        out.open("try:")
        write(self.steps, out)
        out.close()
        out.open("except Exception as error:")
        out.line(f"return await {out.bind('fail', self.fail)}(error, scope, receive, send)")
        out.close()
        write(self.tail, out)
        return out

    async def run(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by running the plan as it stands: the specification of the source."""
        frame = {"scope": scope, "receive": receive, "send": send}
        try:
            await run(self.steps, frame)
        except Exception as error:  # noqa: BLE001 - that is what `fail` is for
            return await self.fail(error, scope, receive, send)
        await run(self.tail, frame)
        return None
