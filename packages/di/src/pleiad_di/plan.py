"""The plan of one injected function: all its steps, before any of them is written."""

from collections.abc import Callable
from typing import Any, NamedTuple

from pleiad_di.provide import MISSING
from pleiad_di.signature import Parameter
from pleiad_di.source import Names, Source
from pleiad_di.steps import Call, Frame, Step, nested, run, write

__all__ = ["RESULT", "Plan", "Return"]

RESULT = "result"
"""The variable that a plan's last call gives, when the plan is run."""


class Return(NamedTuple):
    """`return await function(...)`: the last step of an injected function."""

    call: Call

    def write(self, out: Source) -> None:
        wait = "await " if self.call.awaits else ""
        out.call(f"return {wait}{self.call.callee(out)}(", self.call.texts(out))

    async def run(self, frame: Frame) -> None:
        await self.call.run(frame)


class Plan(NamedTuple):
    """How an injected function runs.

    Attributes:
        name: The function's name.
        parameters: What its caller gives.
        steps: What happens, the call of the function last.
        names: The variables that the steps use.
    """

    name: str
    parameters: tuple[Parameter, ...]
    steps: tuple[Step, ...]
    names: tuple[str, ...]

    @classmethod
    def of(
        cls,
        name: str,
        parameters: tuple[Parameter, ...],
        steps: tuple[Step, ...],
        call: Call,
        names: Names,
    ) -> "Plan":
        """Let what follows an opened resource, the call at last, stand within it."""
        # Python wants the parameters with a default last; a keyword-only one may come earlier.
        ordered = sorted(parameters, key=lambda each: each.default is not MISSING)
        return cls(name, tuple(ordered), nested((*steps, Return(call)), names), tuple(names))

    @property
    def source(self) -> Source:
        """The plan as the text of a function."""
        taken = [parameter.name for parameter in self.parameters]
        label = f"<pleiad {self.name}>"
        out = Source(self.name, taken, label=label, names=Names(self.names))
        write(self.steps, out)
        return out

    def compile(self) -> Callable[..., Any]:
        """The plan as a function."""
        function = self.source.compile()
        defaults = [each.default for each in self.parameters if each.default is not MISSING]
        function.__defaults__ = tuple(defaults)
        return function

    async def run(self, **values: Any) -> Any:
        """Run the plan as it stands, without compiling it.

        Args:
            values: What the caller gives.
        """
        defaults = {each.name: each.default for each in self.parameters}
        frame: Frame = {**defaults, **values}
        await run(self.steps, frame)
        return frame[RESULT]
