"""Plans the calls of one request: guards, hooks, the handler, exception handlers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from msgspec import UNSET

from pleiad.checking.check import Known
from pleiad.declaring.layer import Layer
from pleiad.planning.roles import Role, RoleValues, with_roles
from pleiad_di import (
    AppScope,
    Asked,
    Call,
    Cells,
    DependencyError,
    Keywords,
    Kind,
    Names,
    Parameter,
    Planner,
    Provide,
    Provider,
    Signature,
    Step,
    kind_of,
    signature_of,
)
from pleiad_http import ASGIConnection, Request
from pleiad_params import RequestValues
from pleiad_websockets import WebSocket

__all__ = ["BOUND", "RequestPlanner", "Shared", "connection_class"]

PARAMETERS = ("scope", "receive", "send")
VARIABLES = ("error", "result", "content", "response", "responder", "start", "body")
"""The variables that a route's own steps use, beside its parameters."""

BOUND = frozenset({"handler", "check", "declared", "encode", "fail", "finish", "prepare"})
"""What a route's own steps bind: so no value takes these names."""

BUILTINS = ("Exception", "len", "type")
"""What the source of a route means by these names, whatever its parameters are called."""


class Shared:
    """What all plans of one app have in common.

    Attributes:
        app_scope: The values that live as long as the app.
        cells: What the compiled functions are bound to.
        understood: The providers that some plan has understood already.
        checks: The tests of returned values that some plan has made already.
        debug: Whether the app is in debug mode.
    """

    __slots__ = ("app_scope", "cells", "checks", "debug", "understood")

    def __init__(self, *, debug: bool) -> None:
        self.app_scope = AppScope()
        self.understood: dict[Provide, Provider] = {}
        self.checks: Known = {}
        self.cells: Cells = {}
        self.debug = debug


class RequestPlanner:
    """The planner of one request's function, and what it has planned so far.

    Args:
        label: Whose plan it is, such as `GET /items`.
        layer: The options, complete.
        shared: What the app's plans have in common.
        path: The parameters of the path template, with their types.
        refuses_body: Why there is no body, such as "a GET request has no body".
        connection: Whether requests are answered, or WebSockets.

    Attributes:
        names: Gives the variables their names.
        problems: What was found wrong so far.
        values: What is taken out of the request.
    """

    def __init__(
        self,
        label: str,
        layer: Layer,
        shared: Shared,
        *,
        path: Mapping[str, type[Any]],
        refuses_body: str | None = None,
        connection: Literal["http", "websocket"] = "http",
    ) -> None:
        self.label = label
        self.names = Names((*PARAMETERS, *VARIABLES, *BOUND, *BUILTINS))
        self.values = RequestValues(
            path=path,
            names=self.names,
            limits=layer.limits,
            refuses_body=refuses_body,
            request_class=connection_class(layer, connection),
            type_decoders=layer.type_decoders,
            media_decoders=layer.media_decoders,
            parameters=layer.parameters,
        )
        self._roles = RoleValues(self.values, connection)
        self._layer = layer
        self._planner = Planner(
            layer.dependencies,
            self._roles,
            names=self.names,
            app_scope=shared.app_scope,
            namespace=layer.signature_namespace,
            understood=shared.understood,
        )

    @property
    def problems(self) -> list[DependencyError]:
        return self._planner.problems

    @property
    def dependencies(self) -> tuple[str, ...]:
        """The names of the dependencies that were used."""
        return tuple(self._planner.taken)

    def signature(self, function: Callable[..., Any]) -> Signature | None:
        """A function's signature, unless it has a problem."""
        try:
            namespace = self._layer.signature_namespace
            return signature_of(function, namespace=namespace, path=(self.label,))
        except DependencyError as problem:
            self.problems.append(problem)
            return None

    def handler(self, signature: Signature) -> Keywords:
        """Plan what the handler takes; what brings it is had from `taken` and `late`."""
        self._roles.given = {}
        self._planner.ends_with_handler = True
        keywords = self._planner.arguments(signature, (self.label,))
        self._planner.problems += self.values.take_declared((self.label,))
        return keywords

    def connection(self) -> object:
        """The variable that holds the connection, whoever else takes it."""
        asked = Asked(Parameter("socket", ASGIConnection), (self.label,))
        return self.values.take(asked)

    def argument(self, parameter: Parameter) -> object:
        """Plan one value that no function's signature names."""
        return self._planner.argument(Asked(parameter, (self.label,)))

    def hook(
        self,
        function: Callable[..., Any],
        roles: Sequence[Role],
        given: Mapping[Role, object],
        *,
        kind: str,
        gives: str | None = None,
    ) -> tuple[list[Step], Call | None]:
        """Plan the call of a guard, hook or exception handler.

        Args:
            function: What is called: inline, when it is sync.
            roles: What it may leave unannotated, in order.
            given: What it can be given beside what any handler can ask for.
            kind: What it is, for the errors.
            gives: The variable that takes its result.

        Returns:
            The steps that bring what it takes, and its call; no call where it has a problem.
        """
        found = self.signature(function)
        if found is None:
            return [], None
        signature = with_roles(found, roles)
        self._roles.given = given
        self._planner.ends_with_handler = False
        self.values.body_refused_by = kind
        path = (self.label, f"{kind} '{signature.name}'")
        arguments, keywords = signature.split(self._planner.arguments(signature, path))
        self.values.body_refused_by = None
        call = Call(
            function,
            arguments,
            keywords,
            gives,
            awaits=kind_of(function) is Kind.ASYNC,
            called=signature.name,
        )
        return self.taken(), call

    def taken(self) -> list[Step]:
        """The steps planned since the last asking: values first, then dependencies, all flat."""
        steps = [*self.values.drain(), *self._planner.steps]
        self._planner.steps = []
        return steps

    def late(self) -> list[Step]:
        """The steps of what ends with the handler."""
        late, self._planner.late = self._planner.late, []
        return late


def connection_class(layer: Layer, connection: Literal["http", "websocket"]) -> type[Any]:
    """The class of a route's connections."""
    if connection == "http":
        return Request if layer.request_class is UNSET else layer.request_class
    return WebSocket if layer.websocket_class is UNSET else layer.websocket_class
