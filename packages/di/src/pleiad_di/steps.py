"""The steps of a plan: each can be read, written as source, and run as it stands.

`write` puts the step into a `Source`; `run` does the same without compiling. The first is what
serves; the second is the specification that the first is tested against, and what cold paths use.

PERF: named tuples, as all frozen data of this package: a frozen dataclass takes 0.5 ms to define, and
three times as long to make one.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any, NamedTuple, Protocol, TypeAlias, cast

from pleiad_di.source import Names, Source, Var, callable_name

__all__ = ["Call", "Frame", "Open", "Stack", "Step", "argument_of", "nested", "run", "write"]

Frame: TypeAlias = dict[str, Any]
"""The variables of a plan while it is run without being compiled."""

DEEPEST = 15
"""Python refuses more than 20 nested blocks; beyond this many the rest share one exit stack."""


class Step(Protocol):
    """One stage of a plan."""

    def write(self, out: Source, /) -> None:
        """Write the step's statements."""
        ...

    async def run(self, frame: Frame, /) -> None:
        """Do what the statements would do, with `frame` for variables."""
        ...


def write(steps: Sequence[Step], out: Source) -> None:
    """Write the steps one after the other."""
    for step in steps:
        step.write(out)


async def run(steps: Sequence[Step], frame: Frame) -> None:
    """Run the steps one after the other."""
    for step in steps:
        await step.run(frame)


def argument_of(value: object, frame: Mapping[str, Any]) -> Any:
    """What an argument stands for: a variable's value, or itself."""
    return frame[value] if type(value) is Var else value


class Call(NamedTuple):
    """`gives = await function(*arguments, **keywords)`.

    Attributes:
        function: What is called.
        arguments: Positional arguments: a `Var` stands for a variable, anything else for itself.
        keywords: Keyword arguments, likewise.
        gives: The variable that takes the result, if any.
        awaits: Whether the result is awaited.
        called: The name that the source shows for `function`; its own by default.
    """

    function: Callable[..., Any]
    arguments: tuple[object, ...] = ()
    keywords: tuple[tuple[str, object], ...] = ()
    gives: str | None = None
    awaits: bool = False
    called: str = ""

    def write(self, out: Source) -> None:
        before = f"{self.gives} = " if self.gives else ""
        wait = "await " if self.awaits else ""
        out.call(f"{before}{wait}{self.callee(out)}(", self.texts(out))

    async def run(self, frame: Frame) -> None:
        result = self.now(frame)
        if self.awaits:
            result = await cast("Awaitable[Any]", result)
        if self.gives:
            frame[self.gives] = result

    def now(self, frame: Frame) -> Any:
        """Call the function with the frame's values."""
        return self.function(
            *[argument_of(value, frame) for value in self.arguments],
            **{name: argument_of(value, frame) for name, value in self.keywords},
        )

    def callee(self, out: Source) -> str:
        return out.bind(self.called or callable_name(self.function), self.function)

    def texts(self, out: Source) -> list[str]:
        positional = [out.value(value, _hint(value)) for value in self.arguments]
        return [*positional, *[f"{n}={out.value(value, n)}" for n, value in self.keywords]]


class Open(NamedTuple):
    """`async with opener(resource) as gives:`, and the steps that stand within.

    Attributes:
        resource: The call that makes what is opened.
        opener: Makes an async context manager of the call's result; `None` where that is one.
        gives: The variable that takes the opened value.
        within: What happens while it is open.
    """

    resource: Call
    opener: Callable[[Any], AbstractAsyncContextManager[Any]] | None
    gives: str
    within: tuple[Step, ...] = ()

    def write(self, out: Source) -> None:
        before, after = self.made(out)
        arguments = self.resource.texts(out)
        out.call(f"async with {before}", arguments, f"{after} as {self.gives}:", opens=True)
        write(self.within, out)
        out.close()

    async def run(self, frame: Frame) -> None:
        async with self.manager(frame) as value:
            frame[self.gives] = value
            await run(self.within, frame)

    def manager(self, frame: Frame) -> AbstractAsyncContextManager[Any]:
        """What is entered."""
        made = self.resource.now(frame)
        return made if self.opener is None else self.opener(made)

    def made(self, out: Source) -> tuple[str, str]:
        """The text up to the resource's arguments, `opened(open_session(`, and what closes it."""
        if self.opener is None:
            return f"{self.resource.callee(out)}(", ")"
        opener = out.bind(callable_name(self.opener), self.opener)
        return f"{opener}({self.resource.callee(out)}(", "))"


class Stack(NamedTuple):
    """`async with AsyncExitStack() as stack:`, for what is too deep to nest.

    Attributes:
        gives: The variable that holds the stack.
        within: What happens before the stack is unwound; each `Open` here only enters.
    """

    gives: str
    within: tuple[Step, ...]

    def write(self, out: Source) -> None:
        out.open(f"async with {out.bind('AsyncExitStack', AsyncExitStack)}() as {self.gives}:")
        for step in self.within:
            if isinstance(step, Open):
                before, after = step.made(out)
                entered = f"{step.gives} = await {self.gives}.enter_async_context({before}"
                out.call(entered, step.resource.texts(out), f"{after})")
            else:
                step.write(out)
        out.close()

    async def run(self, frame: Frame) -> None:
        async with AsyncExitStack() as stack:
            for step in self.within:
                if isinstance(step, Open):
                    frame[step.gives] = await stack.enter_async_context(step.manager(frame))
                else:
                    await step.run(frame)


def nested(steps: Sequence[Step], names: Names) -> tuple[Step, ...]:
    """The same steps with all that follows an `Open` standing within it.

    Args:
        steps: In order of execution; no `Open` among them has steps within yet.
        names: Gives the shared exit stack its name, where one is needed.
    """
    opens = [index for index, step in enumerate(steps) if isinstance(step, Open)]
    tail: tuple[Step, ...] = ()
    end = len(steps)
    if len(opens) > DEEPEST:
        end = opens[DEEPEST]
        tail = (Stack(names.fresh("stack"), tuple(steps[end:])),)
    for index in reversed(opens[:DEEPEST]):
        opening = cast("Open", steps[index])
        tail = (opening._replace(within=(*steps[index + 1 : end], *tail)),)
        end = index
    return (*steps[:end], *tail)


def _hint(value: object) -> str:
    """A name for a bound argument."""
    return callable_name(value) if callable(value) else type(value).__name__.lower()
