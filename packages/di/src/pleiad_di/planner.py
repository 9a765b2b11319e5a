"""From a function and its providers to the steps that call it.

The planner walks what the function takes, what the providers of that take, and so on. Each value is
made once, before all who need it. It never stops at a problem: it notes each and goes on, so that a
program's author sees all of them at once.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from pleiad_di.agree import agrees, fits
from pleiad_di.app_scope import AppScope, Held
from pleiad_di.errors import (
    AmbiguousProvider,
    DependencyCycle,
    DependencyError,
    LifetimeError,
    MissingProvider,
    TypeMismatch,
    UnannotatedParameter,
    near,
    type_name,
)
from pleiad_di.own import is_own
from pleiad_di.provide import MISSING, Dependency, Marker, Provide
from pleiad_di.providers import Provider, provider_of
from pleiad_di.signature import Keywords, Parameter, Signature
from pleiad_di.source import Names, Var
from pleiad_di.steps import Call, Step

__all__ = ["Asked", "Planner", "Values"]


class Asked:
    """A parameter, and who asks for it.

    Attributes:
        parameter: What is asked for.
        path: The function, then the providers down to the one that asks.
    """

    __slots__ = ("parameter", "path")

    def __init__(self, parameter: Parameter, path: tuple[str, ...]) -> None:
        self.parameter = parameter
        self.path = path

    @property
    def described(self) -> str:
        """The parameter as its author wrote it: `parameter 'page: int'`."""
        return f"parameter '{self.parameter.name}: {type_name(self.parameter.annotation)}'"

    def problem(self, kind: type[DependencyError], found: str, repair: str) -> DependencyError:
        """A problem with this parameter; `found` continues "parameter 'x: T' ..."."""
        return kind(self.path, f"{self.described} {found}", repair)


class Values(Protocol):
    """Where a parameter that no provider gives comes from: a request, a caller, nothing."""

    def claims(self, asked: Asked, /) -> str | None:
        """What the value certainly is, such as "a path parameter": then no provider is looked for."""
        ...

    def provider(self, asked: Asked, /) -> Provide | None:
        """What makes the value, itself injected, where the parameter's type says so."""
        ...

    def take(self, asked: Asked, /) -> object:
        """The argument: a `Var`, a constant, or `MISSING` where the value comes from nowhere.

        Raises:
            DependencyError: The parameter can be had from nowhere, for a reason worth telling.
        """
        ...


class Nothing:
    """Gives no value at all."""

    def claims(self, asked: Asked) -> str | None:
        return None

    def provider(self, asked: Asked) -> Provide | None:
        return None

    def take(self, asked: Asked) -> object:
        return MISSING


class Planner:
    """Plans the calls of one run of a program: a request, a call of an injected function.

    Args:
        providers: The dependencies by name, each a `Provide` or a bare callable.
        values: Where other parameters come from.
        names: Gives the variables their names.
        app_scope: Holds what lives as long as the app.
        namespace: Further names that annotations may use.
        understood: Providers already understood, shared by the planners of one program.

    Attributes:
        steps: The calls so far, in order; `Open` steps are flat (see `nested`).
        late: Those that end with the handler (`until="handler"`); they come after all others.
        ends_with_handler: Whether what is planned now may be late: not so for guards and hooks.
        problems: What was found wrong so far.
        taken: The names of the dependencies that were used.
    """

    def __init__(
        self,
        providers: Mapping[str, Provide | Callable[..., Any]],
        values: Values | None = None,
        *,
        names: Names | None = None,
        app_scope: AppScope | None = None,
        namespace: Mapping[str, Any] | None = None,
        understood: dict[Provide, Provider] | None = None,
    ) -> None:
        self.values = values or Nothing()
        self.names = names or Names()
        self.app_scope = app_scope or AppScope()
        self.namespace = namespace
        self.steps: list[Step] = []
        self.late: list[Step] = []
        self.ends_with_handler = True
        self.problems: list[DependencyError] = []
        self.taken: dict[str, Provider] = {}
        self._declared = providers
        self._understood = {} if understood is None else understood
        self._made: dict[Provide, Var] = {}
        self._under_way: dict[Provide, str] = {}
        self._late_variables: set[object] = set()
        self._by_type: dict[str, Provider] | None = None

    def arguments(self, signature: Signature, path: tuple[str, ...]) -> Keywords:
        """Plan all that a function takes; its keyword arguments.

        Args:
            signature: The function's.
            path: Who asks; its last item names the function.
        """
        found = [(p.name, self.argument(Asked(p, path))) for p in signature.parameters]
        return tuple(item for item in found if item[1] is not MISSING)

    def argument(self, asked: Asked) -> object:
        """Plan one parameter; its argument, or `MISSING` where its own default serves, or nothing."""
        try:
            self._check_default(asked)
            provide = self._provider_for(asked)
            return self._undeclared(asked) if provide is None else self._provided(provide, asked)
        except DependencyError as problem:
            self.problems.append(problem)
            return MISSING

    def _check_default(self, asked: Asked) -> None:
        parameter = asked.parameter
        if parameter.annotation is MISSING:
            raise UnannotatedParameter(
                asked.path,
                f"parameter '{parameter.name}' has no annotation",
                f"annotate it, such as '{parameter.name}: str'",
            )
        plain = parameter.default is not MISSING and not isinstance(parameter.default, Marker)
        if plain and not fits(parameter.default, parameter.annotation):
            wanted = type_name(parameter.annotation)
            raise asked.problem(
                TypeMismatch,
                f"has the default {parameter.default!r}, which is no {wanted}",
                f"change the default, or annotate '{parameter.name}: {_widened(parameter)}'",
            )

    def _provider_for(self, asked: Asked) -> Provide | None:
        """The provider of a parameter: named by itself, else by name, else by type."""
        parameter = asked.parameter
        inline: Provide | None = parameter.marker(Provide)
        if inline is not None:
            return inline
        claim = self.values.claims(asked)
        declared = self._declared.get(parameter.name)
        if declared is not None and _provide(declared) == next(reversed(self._under_way), None):
            declared = None  # a provider that takes its own name does not mean itself
        if declared is not None and claim:
            raise asked.problem(
                AmbiguousProvider,
                f"is {claim}, and a dependency has that name too",
                "rename one of them, or mark it: 'Annotated[..., Provide(...)]' for the dependency",
            )
        if declared is not None:
            return _provide(declared)
        return None if claim else self.values.provider(asked) or self._provider_by_type(asked)

    def _provider_by_type(self, asked: Asked) -> Provide | None:
        wanted = asked.parameter.annotation
        if not is_own(wanted):
            return None
        fitting = {
            name: provider
            for name, provider in self._providers_by_type().items()
            if isinstance(provider.returns, type) and wanted in provider.returns.__mro__
        }
        if len({provider.provide for provider in fitting.values()}) > 1:
            names = " and ".join(f"'{name}'" for name in fitting)
            raise asked.problem(
                AmbiguousProvider,
                f"fits the dependencies {names} by type",
                f"name the parameter as the one you mean, such as '{next(iter(fitting))}'",
            )
        return next((provider.provide for provider in fitting.values()), None)

    def _providers_by_type(self) -> dict[str, Provider]:
        if self._by_type is None:
            self._by_type = {}
            for name, declared in self._declared.items():
                try:
                    self._by_type[name] = self._understand(_provide(declared), (name,))
                except DependencyError:
                    continue  # told where the provider is used by name
        return self._by_type

    def _undeclared(self, asked: Asked) -> object:
        """The argument of a parameter that no provider gives."""
        parameter = asked.parameter
        dependency: Dependency | None = parameter.marker(Dependency)
        if dependency is None:
            value = self.values.take(asked)
            if value is not MISSING:
                return value
        elif dependency.default is not MISSING:
            return dependency.default
        if parameter.default is not MISSING and not isinstance(parameter.default, Marker):
            return MISSING
        slip = near(parameter.name, self._declared)
        suggestion = f"did you mean dependency '{slip}'? Otherwise " if slip else ""
        raise asked.problem(
            MissingProvider,
            "is provided by nothing",
            f"{suggestion}declare it: dependencies={{'{parameter.name}': Provide(...)}}",
        )

    def _provided(self, provide: Provide, asked: Asked) -> object:
        """The variable that holds a provider's value, its step planned at the first asking."""
        provider = self._understand(provide, asked.path)
        self._check_type(provider, asked)
        if provide not in self._made:
            with self._entered(provide, asked):
                self._made[provide] = self._planned(provider, asked)
        return self._made[provide]

    @contextmanager
    def _entered(self, provide: Provide, asked: Asked) -> Generator[None, None, None]:
        """While the needs of a provider are planned, it must not be asked for again."""
        name = asked.parameter.name
        if provide in self._under_way:
            start = list(self._under_way).index(provide)
            drawn = " -> ".join([*list(self._under_way.values())[start:], name])
            raise DependencyCycle(
                asked.path[:1],
                f"dependencies wait for each other: {drawn}",
                "let one of them do without the other, or make a third that both take",
            )
        self._under_way[provide] = name
        try:
            yield
        finally:
            del self._under_way[provide]

    def _planned(self, provider: Provider, asked: Asked) -> Var:
        name = asked.parameter.name
        path = (*asked.path, name)
        if provider.provide.scope == "app":
            held = self._held(provider, name, path)
            variable = Var(self.names.fresh(name))
            self.steps.append(Call(held, gives=variable, called=f"held_{name}"))
            return variable
        found = len(self.problems)
        keywords = self.arguments(provider.signature, path)
        late = self._is_late(provider, keywords, asked)
        variable = Var(self.names.fresh(name))
        if len(self.problems) == found:
            (self.late if late else self.steps).append(provider.step(keywords, variable))
        if late:
            self._late_variables.add(variable)
        self.taken[name] = provider
        return variable

    def _is_late(self, provider: Provider, keywords: Keywords, asked: Asked) -> bool:
        """Whether the value ends with the handler, or rests on one that does."""
        rests_on = [
            name
            for name, value in keywords
            if isinstance(value, Var) and value in self._late_variables
        ]
        ends = provider.closes and provider.provide.until == "handler"
        if rests_on and provider.closes and not ends:
            raise asked.problem(
                LifetimeError,
                f"lives until the response, but takes '{rests_on[0]}', which ends with the handler",
                f"give both the same: until='response' to '{rests_on[0]}', or until='handler' here",
            )
        if (ends or rests_on) and not self.ends_with_handler:
            raise asked.problem(
                LifetimeError,
                "ends with the handler, but is wanted outside of it",
                "provide it with until='response'",
            )
        return ends or bool(rests_on)

    def _held(self, provider: Provider, name: str, path: tuple[str, ...]) -> Held:
        """The holder of an app-scoped value; what it takes is held as well."""
        if provider in self.app_scope:
            return self.app_scope[provider]
        keywords: list[tuple[str, object]] = []
        for parameter in provider.signature.parameters:
            asked = Asked(parameter, path)
            self._check_default(asked)
            provide = self._provider_for(asked)
            if provide is not None and provide.scope == "app":
                inner = self._understand(provide, path)
                with self._entered(provide, asked):
                    held = self._held(inner, parameter.name, (*path, parameter.name))
                keywords.append((parameter.name, held))
            elif provide is not None or parameter.default is MISSING:
                raise asked.problem(
                    LifetimeError,
                    "lives for one call" if provide else "is not provided",
                    f"'{name}' lives as long as the app, so provide '{parameter.name}'"
                    " with scope='app' too",
                )
        return self.app_scope.hold(name, provider, tuple(keywords))

    def _check_type(self, provider: Provider, asked: Asked) -> None:
        marker: Dependency | None = asked.parameter.marker(Dependency)
        if marker is not None and marker.skip_validation:
            return
        if not agrees(provider.returns, asked.parameter.annotation):
            self.problems.append(
                asked.problem(
                    TypeMismatch,
                    f"takes what '{provider.signature.name}' provides,"
                    f" which is declared as {type_name(provider.returns)}",
                    "let the two annotations agree",
                )
            )

    def _understand(self, provide: Provide, path: tuple[str, ...]) -> Provider:
        if provide not in self._understood:
            self._understood[provide] = provider_of(provide, namespace=self.namespace, path=path)
        return self._understood[provide]


def _provide(declared: Provide | Callable[..., Any]) -> Provide:
    return declared if isinstance(declared, Provide) else Provide(declared)


def _widened(parameter: Parameter) -> str:
    """The annotation that would take the default as well."""
    given = "None" if parameter.default is None else parameter.default.__class__.__name__
    return f"{type_name(parameter.annotation)} | {given}"
