"""What runs seldom, exception handlers and hooks, is run as planned, and never compiled."""

from collections.abc import Sequence
from typing import Any

from pleiad_di import Call, Names, Step, nested, run
from pleiad_http import Receive, Scope, Send

__all__ = ["Injected"]


class Injected:
    """A function with what it takes, by the plan of it.

    Attributes:
        steps: Bring what it takes, and call it.
    """

    __slots__ = ("steps",)

    def __init__(self, steps: Sequence[Step], call: Call, names: Names) -> None:
        self.steps = nested((*steps, call), names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send, **given: Any) -> Any:
        """Call the function for a request; what its call gives, if it gives something.

        Args:
            scope: The request's.
            receive: The request's.
            send: The request's.
            **given: The variables of its roles.
        """
        frame = {"scope": scope, "receive": receive, "send": send, **given}
        await run(self.steps, frame)
        return frame.get("result")
