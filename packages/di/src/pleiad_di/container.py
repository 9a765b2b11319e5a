"""Injection for functions of any program: the face of this package where there is no framework."""

from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, TypeVar, cast

from pleiad_di.app_scope import AppScope
from pleiad_di.errors import DependencyErrors
from pleiad_di.own import is_own
from pleiad_di.plan import RESULT, Plan
from pleiad_di.planner import Asked, Planner
from pleiad_di.provide import MISSING, Marker, Provide
from pleiad_di.providers import Kind, Provider, kind_of
from pleiad_di.signature import Keywords, Parameter, signature_of
from pleiad_di.source import Names, Var
from pleiad_di.steps import Call
from pleiad_di.threads import in_thread

__all__ = ["Container"]

R = TypeVar("R")


class Container:
    """Providers by name, and the values that live as long as the program.

    Entered with `async with`, it opens what is provided with `scope="app"`.

    Args:
        dependencies: Each a `Provide` or a bare callable.
    """

    __slots__ = ("_app_scope", "_dependencies", "_understood")

    def __init__(self, dependencies: Mapping[str, Provide | Callable[..., Any]]) -> None:
        self._dependencies = dict(dependencies)
        self._app_scope = AppScope()
        self._understood: dict[Provide, Provider] = {}

    def inject(self, function: Callable[..., Awaitable[R] | R]) -> Callable[..., Awaitable[R]]:
        """An async function that takes what no provider gives, and brings the rest.

        A sync function runs in a worker thread. `inspect.getsource` of the result shows what was
        made; its attribute `plan` holds the `Plan`.

        Raises:
            DependencyErrors: Everything that is wrong with the function and its providers.
        """
        plan = self.plan(function)
        injected = plan.compile()
        injected.plan = plan  # type: ignore[attr-defined]
        injected.__doc__ = function.__doc__
        return cast("Callable[..., Awaitable[R]]", injected)

    def plan(self, function: Callable[..., Any]) -> Plan:
        """How `function` would be called: `inject` without the last stage."""
        signature = signature_of(function)
        names = Names(p.name for p in signature.parameters if self._may_be_given(p))
        caller = Caller(signature.name)
        planner = Planner(
            self._dependencies,
            caller,
            names=names,
            app_scope=self._app_scope,
            understood=self._understood,
        )
        values = planner.arguments(signature, (signature.name,))
        if planner.problems:
            raise DependencyErrors(planner.problems)
        steps = (*planner.steps, *planner.late)
        call = _call(function, *signature.split(values))
        return Plan.of(signature.name, tuple(caller.parameters), steps, call, names)

    def _may_be_given(self, parameter: Parameter) -> bool:
        """Whether the caller may have to give it, so that no variable may take its name."""
        found = parameter.name in self._dependencies or parameter.marker(Provide) is not None
        return not found and not is_own(parameter.annotation)

    async def __aenter__(self) -> "Container":
        await self._app_scope.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._app_scope.__aexit__(kind, error, trace)


class Caller:
    """The values of an injected function that its caller gives.

    Attributes:
        parameters: What the caller gives, in the function's order.
    """

    def __init__(self, function: str) -> None:
        self.parameters: list[Parameter] = []
        self._function = function

    def provider(self, asked: Asked) -> Provide | None:
        return None

    def claims(self, asked: Asked) -> str | None:
        """Nothing is certain before the providers were asked."""
        return None

    def take(self, asked: Asked) -> object:
        """The function's own parameters come from the caller; a provider's do not."""
        if asked.path != (self._function,) or isinstance(asked.parameter.default, Marker):
            return MISSING
        self.parameters.append(asked.parameter)
        return Var(asked.parameter.name)


def _call(function: Callable[..., Any], arguments: tuple[object, ...], keywords: Keywords) -> Call:
    if kind_of(function) is Kind.SYNC:
        return Call(in_thread, (function, *arguments), keywords, RESULT, awaits=True)
    return Call(function, arguments, keywords, RESULT, awaits=True, called="function")
