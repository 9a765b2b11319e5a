"""What guards, hooks and exception handlers are given besides what any handler can ask for.

They are injected like handlers. In addition each kind has roles, such as the exception of an
exception handler: a parameter takes a role by its annotation, by one of the role's names, or, where
it is not annotated, by its position, as in `def guard(connection, handler)`.
"""

from collections.abc import Mapping, Sequence
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from pleiad.declaring.route_handler import BaseRouteHandler
from pleiad_di import MISSING, Asked, Parameter, Provide, Signature, TypeMismatch, Values, Var
from pleiad_http import ASGIConnection, Request, Response, Scope
from pleiad_websockets import WebSocket

__all__ = [
    "AFTER_EXCEPTION",
    "AFTER_REQUEST",
    "BEFORE_SEND",
    "EXCEPTION",
    "EXCEPTION_HANDLER",
    "GUARD",
    "HOOK",
    "MESSAGE",
    "SCOPE",
    "SOCKET_EXCEPTION_HANDLER",
    "SOCKET_HOOK",
    "Role",
    "RoleValues",
    "with_roles",
]


class Role(msgspec.Struct, frozen=True):
    """Something that only some functions can be given.

    Attributes:
        cls: The class of what is given; a subclass in an annotation fits as well.
        names: Parameter names that mean it where there is no annotation.
        called: What it is, for people.
        argument: The variable or object to give; `None` where any handler can ask for it anyway.
    """

    cls: type[Any]
    names: tuple[str, ...]
    called: str
    argument: object = None


CONNECTION = Role(ASGIConnection, (), "the connection")
REQUEST = Role(Request, (), "the request")
HANDLER = Role(BaseRouteHandler, ("route_handler", "handler"), "the route handler", Var("handler"))
RESPONSE = Role(Response, ("response",), "the response", Var("response"))
EXCEPTION = Role(Exception, ("exc", "exception", "error"), "the exception", Var("error"))


class AnyMessage:
    """Stands for the type of messages, which is that of scopes as well."""


class AnyScope:
    """Stands for the type of scopes where a message may be meant."""


MESSAGE = Role(AnyMessage, ("message",), "the message", Var("message"))
SCOPE = Role(AnyScope, ("scope",), "the scope", Var("scope"))

GUARD = (CONNECTION, HANDLER)
HOOK = (REQUEST,)
SOCKET_HOOK = (CONNECTION,)
SOCKET_EXCEPTION_HANDLER = (CONNECTION, EXCEPTION)
AFTER_REQUEST = (RESPONSE,)
EXCEPTION_HANDLER = (REQUEST, EXCEPTION)
AFTER_EXCEPTION = (EXCEPTION, SCOPE)
BEFORE_SEND = (MESSAGE, SCOPE)


def with_roles(signature: Signature, roles: Sequence[Role]) -> Signature:
    """The signature, with parameters that say no type taken for the roles.

    `Scope` says none here: messages are of the same type.
    """
    named = {name: role for role in roles for name in role.names}
    assumed: list[Parameter] = []
    for position, parameter in enumerate(signature.parameters):
        placed = roles[position] if position < len(roles) else None
        meant = named.get(parameter.name, placed)
        untyped = parameter.annotation in (MISSING, Any, Scope)
        assumed.append(parameter._replace(annotation=meant.cls) if untyped and meant else parameter)
    return signature._replace(parameters=tuple(assumed))


class Foreign(msgspec.Struct, frozen=True):
    """A class of connections that the handler of a route cannot have.

    Attributes:
        cls: The class.
        found: What is the matter with a parameter of it.
        repair: What to write.
    """

    cls: type[Any]
    found: str
    repair: str


FOREIGN: Mapping[str, Foreign] = {
    "http": Foreign(
        WebSocket, "is a WebSocket, but this route answers requests", "annotate a Request"
    ),
    "websocket": Foreign(
        Request, "is a request, but this route answers WebSockets", "annotate a WebSocket"
    ),
}


class RoleValues:
    """The values of a request, and the roles that are being played.

    Attributes:
        given: The roles of the function that is being planned, each with its argument.
    """

    def __init__(self, values: Values, connection: Literal["http", "websocket"] = "http") -> None:
        self.given: Mapping[Role, object] = {}
        self._values = values
        self._foreign = FOREIGN[connection]

    def claims(self, asked: Asked) -> str | None:
        """The role that a parameter plays, or what the request claims."""
        role = self._role(asked)
        return role.called if role else self._values.claims(asked)

    def provider(self, asked: Asked) -> Provide | None:
        """What the request's values know of a type that says how it is made."""
        return self._values.provider(asked)

    def take(self, asked: Asked) -> object:
        """The role's argument, or the request's.

        Raises:
            DependencyError: A handler asks for a connection of the other kind.
        """
        annotation = asked.parameter.annotation
        if len(asked.path) == 1 and _fits(annotation, self._foreign.cls):
            raise asked.problem(TypeMismatch, self._foreign.found, self._foreign.repair)
        role = self._role(asked)
        return self.given[role] if role else self._values.take(asked)

    def _role(self, asked: Asked) -> Role | None:
        annotation = asked.parameter.annotation
        return next((role for role in self.given if _fits(annotation, role.cls)), None)


def _fits(annotation: Any, cls: type[Any]) -> bool:
    if isinstance(annotation, type):
        return issubclass(annotation, cls)
    if get_origin(annotation) in (Union, UnionType):
        return all(_fits(each, cls) for each in get_args(annotation))
    plain = get_origin(annotation) or annotation
    return isinstance(plain, type) and issubclass(plain, cls)
