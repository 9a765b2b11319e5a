"""The plan of a route: everything that happens in one call, before any of it is written."""

from collections.abc import Sequence
from typing import Any

import msgspec

from pleiad.answering.failures import Fail
from pleiad.declaring.http_handlers import HTTPRouteHandler
from pleiad.declaring.route_handler import BaseRouteHandler
from pleiad.planning.returns import Returns
from pleiad_di import Names, Source, Step, run, write
from pleiad_http import Receive, Scope, Send

__all__ = ["Plan", "RoutePlan"]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How one method of one path is answered, or the WebSockets of one.

    Attributes:
        method: The HTTP method, or what stands in its place.
        path: The path template.
        handler: The handler, its layer complete.
        values: What is taken out of the request, or of the handshake.
        dependencies: The names of the dependencies that are used.
        steps: What happens before the first message is sent; of a WebSocket, until it is closed.
        tail: The sending, and what comes after it.
        fail: Answers an exception of `steps`.
        names: The variables that the steps use.
    """

    method: str
    path: str
    handler: BaseRouteHandler
    values: tuple[Any, ...]
    dependencies: tuple[str, ...]
    steps: tuple[Step, ...]
    tail: tuple[Step, ...]
    fail: Fail
    names: tuple[str, ...]

    def __repr__(self) -> str:
        """The plan as a table for people."""
        layer = self.handler.layer
        about = layer.about
        told = {key: getattr(about, key) for key in about.__struct_fields__ if getattr(about, key)}
        rows: list[tuple[str, object]] = [
            *self._first_rows(),
            *((f"{each.source} {each.key}", each) for each in self.values),
            ("dependencies", ", ".join(self.dependencies)),
            ("guards", ", ".join(_name(each) for each in layer.guards)),
            ("middleware", ", ".join(_name(each) for each in layer.middleware)),
            ("timeout", f"{layer.timeout:g} s" if layer.timeout else ""),
            ("disconnect", "cancels the work" if layer.cancel_on_disconnect is True else ""),
            *told.items(),
        ]
        lines = [f"  {name:<14} {value}" for name, value in rows if value not in ("", ())]
        return "\n".join([f"{self.label} -> {self.handler.handler_name}", *lines])

    def _first_rows(self) -> Sequence[tuple[str, object]]:
        """The rows that only its kind of plan has."""
        return ()

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
        """Answer by running the plan as it stands: the specification of the source."""
        frame = {"scope": scope, "receive": receive, "send": send}
        try:
            await run(self.steps, frame)
        except Exception as error:  # noqa: BLE001 - that is what `fail` is for
            return await self.fail(error, scope, receive, send)
        await run(self.tail, frame)
        return None


class RoutePlan(Plan, frozen=True, kw_only=True):
    """How one method of one path is answered.

    Attributes:
        handler: The handler, its layer complete.
        status: The status of a successful response.
        media_types: Those of its content, of which the client chooses; empty where it has none.
        returns: What the handler is declared to return.
        raises: The exceptions that types made of the request declare.
    """

    handler: HTTPRouteHandler
    status: int
    media_types: tuple[str, ...]
    returns: Returns
    raises: tuple[type[Exception], ...]

    def _first_rows(self) -> Sequence[tuple[str, object]]:
        answers = f"{self.status} {' or '.join(self.media_types) or 'without content'}"
        return [("answers", answers)]


def _name(value: object) -> str:
    return str(getattr(value, "__name__", type(value).__name__))
