"""From a declared handler to the plan of its route, or to everything that is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from pleiad.answering.failures import Failures
from pleiad.answering.injected import Injected
from pleiad.answering.negotiation import as_response, prepare, stream
from pleiad.answering.responder import run_app
from pleiad.declaring.http_handlers import HTTPRouteHandler
from pleiad.declaring.layer import Layer
from pleiad.planning.answers import Answers
from pleiad.planning.plan import RoutePlan
from pleiad.planning.request_planner import BOUND, RequestPlanner, Shared
from pleiad.planning.returns import (
    NO_CONTENT,
    Returns,
    Shape,
    holds_iterator,
    returned_value,
    returns_of,
)
from pleiad.planning.roles import AFTER_REQUEST, GUARD, HANDLER, HOOK, RESPONSE, Role
from pleiad.planning.steps import (
    Block,
    CallHandler,
    IfUnanswered,
    Prepare,
    RunBackground,
    SendContent,
    SendPrepared,
)
from pleiad_di import (
    MISSING,
    Call,
    DependencyError,
    Keywords,
    Kind,
    Open,
    Signature,
    Step,
    Var,
    in_thread,
    kind_of,
    nested,
    type_name,
)
from pleiad_http import Redirect, begun_within, finished, until_disconnect
from pleiad_http.redirect import STATUSES as REDIRECTS

__all__ = ["RoutePlanner"]

WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""The methods whose requests have no content with a meaning (RFC 9110, section 9.3)."""

GENERATORS = frozenset({Kind.ASYNC_GENERATOR, Kind.GENERATOR})

CONNECTION = (Var("scope"), Var("receive"), Var("send"))


class RoutePlanner:
    """Plans one method of one path.

    Args:
        method: The HTTP method.
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
        method: str,
        path: str,
        types: Mapping[str, type[Any]],
        handler: HTTPRouteHandler,
        fail: Failures,
        shared: Shared,
    ) -> None:
        self.method = method
        self.path = path
        self.label = f"{method} {path}"
        self.handler = handler
        self.layer: Layer = handler.layer
        self._types = types
        self._fail = fail
        self._shared = shared
        self._kind = kind_of(handler.fn)
        self._planner = self._request_planner()
        self._answers: Answers
        self.problems = self._planner.problems

    def plan(self) -> RoutePlan | None:
        """The plan; `None` where there are problems."""
        signature = self._planner.signature(self.handler.fn)
        if signature is None:
            return None
        returns = returns_of(None if signature.returns is MISSING else signature.returns)
        status = self._status(returns)
        self._answers = Answers(self.method, self.handler, returns, status, self._shared)
        self._check_returns(signature, returns, status)
        self._check_options(signature.name, returns, status)
        steps = [*self._bounds(), *self._before(), *self._hooked(signature, returns, status)]
        tail = self._tail(returns, status)
        if self.problems:
            return None
        return RoutePlan(
            method=self.method,
            path=self.path,
            handler=self.handler,
            status=status,
            media_types=self._answers.media_types if self._answers.has_content else (),
            returns=returns,
            values=tuple(self._planner.values.bound),
            raises=tuple(self._planner.values.raises),
            dependencies=self._planner.dependencies,
            steps=nested(steps, self._planner.names),
            tail=tuple(tail),
            fail=self._fail,
            names=tuple(set(self._planner.names) - BOUND),
        )

    # What is checked

    def _check_returns(self, signature: Signature, returns: Returns, status: int) -> None:
        name = signature.name
        if signature.returns is MISSING:
            self._problem(
                f"handler '{name}' has no return annotation",
                "annotate what it returns, such as '-> dict[str, str]', or '-> None'",
            )
            return
        if self._kind in GENERATORS and returns.items is None:
            self._problem(
                f"handler '{name}' is a generator, annotated '-> {type_name(returns.declared)}'",
                "annotate what it yields, such as '-> AsyncIterator[Item]', or return it as a whole",
            )
        if holds_iterator(returns.declared):
            self._problem(
                f"handler '{name}' is annotated '-> {type_name(returns.declared)}':"
                " an iterator cannot be one of several",
                "annotate a Response, and return JSONLines(...) or Stream(...)",
            )
        nothing = returns.shape is Shape.VALUE and returns.nothing
        returned = returned_value(self.handler.fn) if nothing else None
        if returned:
            self._problem(
                f"handler '{name}' is annotated '-> None' but returns {returned}",
                "annotate what it returns",
            )
        if status in NO_CONTENT and returns.shape is Shape.VALUE and not returns.nothing:
            self._problem(
                f"status {status} has no content, but handler '{name}' returns"
                f" {type_name(returns.declared)}",
                "annotate '-> None', or choose another status_code",
            )
        unwritable = self._answers.unwritable
        if unwritable:
            self._problem(
                f"no codec writes {type_name(returns.declared)} as '{unwritable}'",
                "return str or bytes, choose another media_type, or give it an encoder"
                " (media_encoders)",
            )
        if self.method == "HEAD" and returns.shape is Shape.VALUE and not returns.nothing:
            self._problem(
                f"the answer to HEAD has no content, but handler '{name}' returns"
                f" {type_name(returns.declared)}",
                "annotate '-> None', or declare only GET: it answers HEAD as well",
            )

    def _check_options(self, name: str, returns: Returns, status: int) -> None:
        """See that what the handler says of its answer is not ignored."""
        given = {"media_type": self.handler.media_types, "status_code": self.handler.status_code}
        for option in sorted(returns.says_itself):
            if given[option]:
                self._problem(
                    f"handler '{name}' has the option '{option}', but what it returns says that itself",
                    "remove it",
                )
        if status in NO_CONTENT and returns.shape is Shape.VALUE and self.handler.media_types:
            self._problem(
                f"handler '{name}' has the option 'media_type', but status {status} has no content",
                "remove it",
            )
        if returns.items is not None and self._answers.negotiated:
            self._problem(
                f"handler '{name}' has several media types, but what it yields is sent in one way",
                "give one of them",
            )

    def _status(self, returns: Returns) -> int:
        status = self.handler.status_code
        usual = returns.status(self.method)
        if status is None:
            return usual
        if not 100 <= status <= 599:
            self._problem(f"status_code={status!r} is no HTTP status", "give one of 100 to 599")
            return usual
        if returns.is_a(Redirect) and status not in REDIRECTS:
            known = ", ".join(map(str, sorted(REDIRECTS)))
            self._problem(f"status_code={status} is no redirect's", f"give one of {known}")
        return int(status)

    def _problem(self, found: str, repair: str) -> None:
        self.problems.append(DependencyError((self.label,), found, repair))

    # What happens, stage by stage

    def _bounds(self) -> list[Open]:
        """What ends the work before it is done: all of it stands within."""
        steps: list[Open] = []
        if self.layer.timeout:
            limit = Call(begun_within, (self.layer.timeout, Var("send")))
            steps.append(Open(limit, None, "send"))
        if self.layer.cancel_on_disconnect is True:
            watched = Call(until_disconnect, (Var("scope"), Var("receive")))
            steps.append(Open(watched, None, "receive"))
        return steps

    def _finished(self) -> list[Step]:
        """The end of the work: what it opened is closed next."""
        bounds = [each.gives for each in reversed(self._bounds())]
        return [Call(finished, tuple(map(Var, bounds)), awaits=True)] if bounds else []

    def _before(self) -> list[Step]:
        """The guards, outermost first."""
        steps: list[Step] = []
        for guard in self.layer.guards:
            needs, call = self._planner.hook(guard, GUARD, {HANDLER: self.handler}, kind="guard")
            steps += [*needs, call] if call else needs
        return steps

    def _hooked(self, signature: Signature, returns: Returns, status: int) -> list[Step]:
        """The handler's part, behind the `before_request` hook if there is one."""
        hook = self.layer.before_request
        if not callable(hook):
            return self._answered(signature, returns, status)
        early = self._planner.names.fresh("early")
        needs, call = self._planner.hook(hook, HOOK, {}, kind="before_request", gives=early)
        if call is None:
            return []
        then = nested(self._answered(signature, returns, status), self._planner.names)
        return [*needs, call, IfUnanswered(early, then, tuple(self._early(early, returns)))]

    def _early(self, early: str, returns: Returns) -> list[Step]:
        """From what the `before_request` hook gave to the messages: nothing else has run."""
        answer = Call(
            self._answers.responder.early, (Var(early),), gives="response", called="answer_early"
        )
        steps: list[Step] = [answer]
        if returns.shape is Shape.APP:
            app = Call(run_app, (Var("response"), *CONNECTION), awaits=True)
            return [*steps, app, *self._finished()]
        if callable(self.layer.after_request):
            given = {RESPONSE: Var("response")}
            hook = self._injected(self.layer.after_request, AFTER_REQUEST, given, "after_request")
            if hook is not None:
                response = (("response", Var("response")),)
                steps += [
                    Call(hook, CONNECTION, response, "response", awaits=True, called="after_early"),
                    self._changed,
                ]
        return [*steps, self._prepare, *self._finished()]

    def _answered(self, signature: Signature, returns: Returns, status: int) -> list[Step]:
        """Values, dependencies, the handler, its check, the answer's content."""
        arguments, keywords = signature.split(self._planner.handler(signature))
        steps = self._planner.taken()
        call = self._call(arguments, keywords)
        if self._answers.plain:
            content = self._answers.has_content
            handled = CallHandler(call, self._answers.test, "result" if content else None)
            encode = self._answers.encode
            encoding = Call(encode, (Var("result"),), gives="content", called="encode")
            after: list[Step] = [encoding] if content else []
        else:
            handled = CallHandler(call, None, "result")
            after = self._responded(returns)
        if self._answers.negotiated:
            choose = self._answers.negotiation.choose
            steps.insert(0, Call(choose, (Var("scope"),), gives="responder"))
        late = self._planner.late()
        inner = (Block(nested([*late, handled], self._planner.names)),) if late else (handled,)
        return [*steps, *inner, *after, *self._finished()]

    def _responded(self, returns: Returns) -> list[Step]:
        """From the handler's result to the response's messages."""
        if returns.shape is Shape.APP:
            return [Call(run_app, (Var("result"), *CONNECTION), awaits=True)]
        result, response = Var("result"), "response"
        if returns.items is not None:
            wrap = Call(self._answers.as_stream, (result,), gives=response)
            return [wrap, *self._after_handler(), self._prepare]
        if self._answers.negotiated:
            wrap = Call(as_response, (Var("responder"), result), gives=response)
            prepared = Prepare(prepare, stream, "responder")
        else:
            wrap = Call(self._answers.responder.as_response, (result,), gives=response)
            prepared = self._prepare
        return [wrap, *self._after_handler(), prepared]

    @cached_property
    def _prepare(self) -> Prepare:
        """From the response to its messages."""
        responder = self._answers.responder
        return Prepare(responder.prepare, responder.stream)

    @cached_property
    def _changed(self) -> Step:
        """Takes what an `after_request` hook returned for the response."""
        return Call(self._answers.responder.changed, (Var("response"),), gives="response")

    def _after_handler(self) -> list[Step]:
        """The `after_request` hook."""
        hook = self.layer.after_request
        steps: list[Step] = []
        if callable(hook):
            given = {RESPONSE: Var("response")}
            needs, call = self._planner.hook(
                hook, AFTER_REQUEST, given, kind="after_request", gives="response"
            )
            if call is not None:
                steps = [*needs, call, self._changed]
        return steps

    def _tail(self, returns: Returns, status: int) -> list[Step]:
        """The sending, and what runs when all is sent."""
        steps: list[Step] = []
        if self._answers.plain:
            content = "content" if self._answers.has_content else None
            steps.append(SendContent(status, self._answers.constant_headers, content))
        elif returns.shape is not Shape.APP:
            steps += [SendPrepared(), RunBackground()]
        if self.handler.background is not None:
            steps.append(Call(self.handler.background, awaits=True, called="background"))
        if callable(self.layer.after_response):
            steps += self._after_response(self.layer.after_response)
        return steps

    def _after_response(self, hook: Callable[..., Any]) -> list[Step]:
        """The hook has a plan of its own: the route's resources are closed by then."""
        injected = self._injected(hook, HOOK, {}, "after_response")
        if injected is None:
            return []
        return [Call(injected, CONNECTION, awaits=True, called="after_response")]

    def _injected(
        self,
        hook: Callable[..., Any],
        roles: Sequence[Role],
        given: Mapping[Role, object],
        kind: str,
    ) -> Injected | None:
        """A hook with a plan of its own; `None` where it has a problem."""
        planner = self._request_planner()
        needs, call = planner.hook(hook, roles, given, kind=kind, gives="result")
        self.problems += planner.problems
        if call is None or planner.problems:
            return None
        return Injected(needs, call, planner.names)

    # What the stages are made of

    def _request_planner(self) -> RequestPlanner:
        refuses = f"a {self.method} request has no body" if self.method in WITHOUT_BODY else None
        return RequestPlanner(
            self.label, self.layer, self._shared, path=self._types, refuses_body=refuses
        )

    def _call(self, arguments: tuple[object, ...], keywords: Keywords) -> Call:
        function = self.handler.fn
        if self._kind is Kind.ASYNC:
            return Call(function, arguments, keywords, awaits=True, called="handler")
        if self._kind in GENERATORS:  # calling it runs nothing of it
            return Call(function, arguments, keywords, called="handler")
        if self.layer.sync_to_thread is False:
            return Call(function, arguments, keywords, called="handler")
        return Call(in_thread, (function, *arguments), keywords, awaits=True)
