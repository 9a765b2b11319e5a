"""From a declared WebSocket handler to the plan of its route, or to everything that is wrong with it."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from functools import partial
from inspect import isawaitable
from types import NoneType, TracebackType
from typing import Any, get_origin

from anyio import CancelScope
from msgspec import UNSET

from pleiad.answering.socket_failures import SocketFailures
from pleiad.checking.check import check_for
from pleiad.declaring.socket_handlers import (
    WEBSOCKET,
    WebsocketListenerRouteHandler,
    WebsocketRouteHandler,
    WebsocketStreamRouteHandler,
)
from pleiad.planning.request_planner import BOUND, RequestPlanner, Shared
from pleiad.planning.returns import returned_value, returns_of
from pleiad.planning.roles import GUARD, HANDLER, SOCKET_HOOK
from pleiad.planning.socket_plan import SocketPlan
from pleiad_di import (
    MISSING,
    Call,
    DependencyError,
    Kind,
    Open,
    Parameter,
    Signature,
    Step,
    Var,
    callable_name,
    in_thread,
    kind_of,
    nested,
    type_name,
)
from pleiad_http import ASGIConnection, SerializationException
from pleiad_http.iteration import on_the_loop
from pleiad_websockets import (
    Codec,
    Listening,
    WebSocket,
    annotated,
    check_origin,
    send_websocket_stream,
)

__all__ = ["SocketPlanner"]

REFUSES_BODY = "a WebSocket has none: it receives messages"


class SocketPlanner:
    """Plans the WebSockets of one path.

    Args:
        path: The full path template.
        types: The template's parameters with their types.
        handler: The handler, its layer complete.
        fail: Answers the route's exceptions.
        shared: What the plans of an app have in common.

    Attributes:
        problems: What was found wrong.
    """

    def __init__(
        self,
        path: str,
        types: Mapping[str, type[Any]],
        handler: WebsocketRouteHandler,
        fail: SocketFailures,
        shared: Shared,
    ) -> None:
        self.path = path
        self.label = f"{WEBSOCKET} {path}"
        self.handler = handler
        self._fail = fail
        self._planner = RequestPlanner(
            self.label,
            handler.layer,
            shared,
            path=types,
            refuses_body=REFUSES_BODY,
            connection="websocket",
        )
        self._codec = self._made_codec(shared)
        self._receives: Any = MISSING
        self._sends: Any = MISSING
        self.problems = self._planner.problems

    def plan(self) -> SocketPlan | None:
        """The plan; `None` where there are problems."""
        signature = self._planner.signature(self.handler.fn)
        if signature is None:
            return None
        if signature.returns is MISSING:
            self._problem(
                f"handler '{signature.name}' has no return annotation",
                _what_to_annotate(self.handler),
            )
        steps = [*self._admitted(), *self._spoken(signature)]
        if self.problems:
            return None
        return SocketPlan(
            path=self.path,
            handler=self.handler,
            codec=self._codec,
            receives=self._receives,
            sends=self._sends,
            values=tuple(self._planner.values.bound),
            dependencies=self._planner.dependencies,
            steps=nested(steps, self._planner.names),
            fail=self._fail,
            names=tuple(set(self._planner.names) - BOUND),
        )

    def _made_codec(self, shared: Shared) -> Codec:
        layer = self.handler.layer
        policy = layer.validate_responses
        if policy is UNSET:
            policy = "always" if shared.debug else "types"
        make_check = partial(check_for, policy=policy, known=shared.checks)
        return Codec(layer.type_encoders, layer.type_decoders, make_check)

    def _problem(self, found: str, repair: str) -> None:
        self.problems.append(DependencyError((self.label,), found, repair))

    # What every kind of handler has

    def _admitted(self) -> list[Step]:
        """Who may come in: by origin, then the guards, outermost first."""
        layer = self.handler.layer
        steps: list[Step] = []
        if layer.websocket_policy.origins:
            policy = (("policy", layer.websocket_policy),)
            steps.append(Call(check_origin, (Var("scope"),), policy))
        for guard in layer.guards:
            needs, call = self._planner.hook(guard, GUARD, {HANDLER: self.handler}, kind="guard")
            steps += [*needs, call] if call else needs
        return steps

    def _spoken(self, signature: Signature) -> list[Step]:
        if isinstance(self.handler, WebsocketListenerRouteHandler):
            return self._listened(signature, self.handler)
        if isinstance(self.handler, WebsocketStreamRouteHandler):
            return self._streamed(signature, self.handler)
        return self._handled(signature)

    def _taken(self, signature: Signature) -> tuple[list[Step], tuple[tuple[str, object], ...]]:
        """The steps that bring what the handler takes, and its arguments."""
        keywords = self._planner.handler(signature)
        return [*self._planner.taken(), *self._planner.late()], keywords

    def _without_content(self, signature: Signature) -> Signature:
        """The signature without what asks for the content of a request, which is a problem."""
        content = [each for each in signature.parameters if each.name in ("data", "body")]
        for each in content:
            self._problem(
                f"handler '{signature.name}' takes '{each.name}', but a WebSocket has no content:"
                " it has messages",
                f"receive it: '{each.name} = await socket.receive({type_name(each.annotation)})', or"
                " write a websocket_listener",
            )
        rest = tuple(each for each in signature.parameters if each not in content)
        return signature._replace(parameters=rest)

    # A handler that talks by itself

    def _handled(self, signature: Signature) -> list[Step]:
        name = signature.name
        if kind_of(self.handler.fn) is not Kind.ASYNC:
            self._problem(
                f"handler '{name}' is no async function",
                "write 'async def', or use websocket_listener for a sync function and"
                " websocket_stream for a generator",
            )
        if signature.returns not in (MISSING, None, NoneType):
            self._problem(
                f"handler '{name}' is annotated '-> {type_name(signature.returns)}', but what a"
                " WebSocket handler returns is sent to nobody",
                "annotate '-> None', and send it",
            )
        if returned_value(self.handler.fn) and signature.returns in (None, NoneType):
            self._problem(
                f"handler '{name}' is annotated '-> None' but returns"
                f" {returned_value(self.handler.fn)}",
                "send it: what a WebSocket handler returns is sent to nobody",
            )
        if not any(_is_connection(each) for each in signature.parameters):
            self._problem(f"handler '{name}' takes no WebSocket", "take one: 'socket: WebSocket'")
        needs, keywords = self._taken(self._without_content(signature))
        call = Call(self.handler.fn, (), keywords, awaits=True, called="handler")
        return [*needs, call]

    # A handler that is called with each message

    def _listened(self, signature: Signature, handler: WebsocketListenerRouteHandler) -> list[Step]:
        data = next((each for each in signature.parameters if each.name == "data"), None)
        if data is None or data.annotation is MISSING:
            self._problem(
                f"listener '{signature.name}' takes no annotated 'data'",
                "take the message, such as 'data: str' or 'data: Message'",
            )
            return []
        rest = tuple(each for each in signature.parameters if each.name != "data")
        socket = self._planner.connection()
        needs, keywords = self._taken(signature._replace(parameters=rest))
        returns = Any if signature.returns is MISSING else signature.returns
        wanted = annotated(data)
        self._receives, self._sends = wanted, returns
        listening = Listening(
            data=wanted,
            returns=returns,
            receive_mode=handler.receive_mode,
            send_mode=handler.send_mode,
        )
        self._check_codec(f"parameter 'data: {type_name(data.annotation)}'", wanted)
        called: Any = handler.fn
        if kind_of(called) is not Kind.ASYNC:
            called = self._made_async(called)
            called.__name__ = callable_name(handler.fn)
        listen = Call(listening, (socket, called), keywords, awaits=True, called="listen")
        return [*needs, *self._accepted(handler, socket), listen]

    def _accepted(self, handler: WebsocketListenerRouteHandler, socket: object) -> list[Step]:
        """From the handshake to the first message: a lifespan, or accepting and the two hooks."""
        if handler.connection_lifespan is not None:
            accept = Call(accept_unless_open, (socket,), awaits=True)
            return [*self._lifespan(handler.connection_lifespan), accept]
        function: Any = handler.connection_accept_handler or accept_unless_open
        accept = Call(function, (socket,), awaits=True, called="accept")
        before, steps = list[Step](), list[Step]([accept])
        if handler.on_accept is not None:
            needs, call = self._planner.hook(handler.on_accept, SOCKET_HOOK, {}, kind="on_accept")
            before += needs
            steps += [call] if call else []
        if handler.on_disconnect is not None:
            needs, call = self._planner.hook(
                handler.on_disconnect, SOCKET_HOOK, {}, kind="on_disconnect"
            )
            before += needs
            if call is not None:
                steps.insert(1, self._departure(call))
        return [*before, *steps]

    def _lifespan(self, lifespan: Callable[..., Any]) -> list[Step]:
        """What the lifespan takes, and its opening: as it is, for it may hold a task group."""
        if kind_of(lifespan) is not Kind.ASYNC_CONTEXT:
            self._problem(
                f"connection_lifespan '{callable_name(lifespan)}' is no async context manager",
                "decorate an async generator with 'contextlib.asynccontextmanager'",
            )
        needs, call = self._planner.hook(lifespan, SOCKET_HOOK, {}, kind="connection_lifespan")
        if call is None:
            return needs
        return [*needs, Open(call, None, self._planner.names.fresh("lifespan"))]

    def _departure(self, call: Call) -> Open:
        """What runs a hook on every way out."""
        resource = call._replace(
            function=Departure.of(call.function),
            awaits=False,
            called=f"{call.called}_at_the_end",
        )
        return Open(resource, None, self._planner.names.fresh("departure"))

    def _made_async(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A sync listener as an async function: in a worker thread, unless a layer says otherwise."""
        if self.handler.layer.sync_to_thread is False:

            async def call(**keywords: Any) -> Any:
                return function(**keywords)

            return call
        return partial(in_thread, function)

    # A handler whose items are sent

    def _streamed(self, signature: Signature, handler: WebsocketStreamRouteHandler) -> list[Step]:
        returns = returns_of(None if signature.returns is MISSING else signature.returns)
        if returns.items is None and signature.returns is not MISSING:
            self._problem(
                f"handler '{signature.name}' is annotated '-> {type_name(returns.declared)}'",
                "annotate what it yields, such as '-> AsyncIterator[Item]'",
            )
            return []
        self._receives, self._sends = None, returns.content
        socket = self._planner.connection()
        needs, keywords = self._taken(self._without_content(signature))
        awaits = kind_of(handler.fn) is Kind.ASYNC
        steps: list[Step] = [
            *needs,
            Call(handler.fn, (), keywords, "result", awaits=awaits, called="handler"),
        ]
        if handler.layer.sync_to_thread is False:
            steps.append(Call(on_the_loop, (Var("result"),), gives="result"))
        send = partial(
            send_websocket_stream,
            mode=handler.mode,
            listen_for_disconnect=handler.listen_for_disconnect,
            warn_on_data_discard=handler.warn_on_data_discard,
            annotation=returns.content,
        )
        sent = Call(send, (socket, Var("result")), awaits=True, called="send_stream")
        return [*steps, sent]

    def _check_codec(self, what: str, annotation: Any) -> None:
        """See at startup that messages can become values of a type."""
        try:
            self._codec.reader(annotation)
        except SerializationException as error:
            why, _, repair = str(error).partition(": ")
            self._problem(f"{what} cannot be a message: {why}", repair or "change the type")


async def accept_unless_open(socket: WebSocket[Any, Any, Any]) -> None:
    """Accept a socket that a guard or its lifespan has not accepted."""
    if socket.connection_state in ("init", "connect"):
        await socket.accept()


class Departure:
    """Runs a hook on the way out, whatever the way is.

    Args:
        hook: Called with nothing.
    """

    def __init__(self, hook: Callable[[], Any]) -> None:
        self._hook = hook

    @classmethod
    def of(cls, hook: Callable[..., Any]) -> Callable[..., AbstractAsyncContextManager[None]]:
        """What makes the departure of a hook with all that it takes."""

        def made(*arguments: Any, **keywords: Any) -> "Departure":
            return cls(partial(hook, *arguments, **keywords))

        return made

    async def __aenter__(self) -> None:
        """Nothing is to be done before."""

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with CancelScope(shield=True):
            result = self._hook()
            if isawaitable(result):
                await result


def _what_to_annotate(handler: WebsocketRouteHandler) -> str:
    if isinstance(handler, WebsocketListenerRouteHandler):
        return "annotate what is sent, such as '-> str', or '-> None'"
    if isinstance(handler, WebsocketStreamRouteHandler):
        return "annotate what it yields, such as '-> AsyncIterator[Item]'"
    return "annotate '-> None'"


def _is_connection(parameter: Parameter) -> bool:
    """Whether a parameter takes the connection, by its type or by its name."""
    cls: Any = get_origin(parameter.annotation) or parameter.annotation
    if cls in (Any, object):
        return parameter.name == "socket"
    return isinstance(cls, type) and issubclass(cls, ASGIConnection)
