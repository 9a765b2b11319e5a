"""The values of a request, as a source of arguments for `pleiad_di`'s planner.

Where a parameter comes from is inferred, in this order: a marker says it; the path has its name; it
is called `data` or `body`; a dependency has its name (the planner's part); its type is that of a
connection or a view of one; it has one of Litestar's names for these and a type that fits; else it is
a value of the query, if text can become its type.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NoReturn, get_args

import msgspec

from pleiad_di import (
    MISSING,
    Asked,
    Call,
    Dependency,
    DependencyError,
    Names,
    Provide,
    Step,
    TypeMismatch,
    Var,
    agrees,
    type_name,
)
from pleiad_di import Parameter as Asking
from pleiad_http import MSGPACK, Limits, Request, TypeDecoders, is_json, media_type_of
from pleiad_params import reading
from pleiad_params.body import DecodeBody, body_decoder, expect_json, expect_msgpack
from pleiad_params.bound import Bound, ValueSource
from pleiad_params.connections import view_by_name, view_by_type
from pleiad_params.convert import (
    Convert,
    constrained,
    converter_for,
    has_text_form,
    is_sequence,
    to_int,
    without_none,
)
from pleiad_params.markers import Body, Described, Parameter
from pleiad_params.metadata import meta_of
from pleiad_params.steps import Item, NoErrors, ReadBody, Refuse

__all__ = ["RequestValues"]

NO_LIMITS = Limits()


class RequestValues:
    """Takes arguments out of a request; implements `pleiad_di.Values`.

    Args:
        path: The parameters of the path template, with their types.
        names: Gives the variables their names; shared with the planner.
        limits: How large the content may be.
        refuses_body: Why there can be no content, if so: such as `a GET request has no body`.
        request_class: The class of requests.
        type_decoders: For types that are neither models nor scalars.

    Attributes:
        bound: What was bound so far.
        body_refused_by: Who may not ask for the content now, such as `guard`.
    """

    def __init__(
        self,
        *,
        path: Mapping[str, type[Any]],
        names: Names,
        limits: Limits = NO_LIMITS,
        refuses_body: str | None = None,
        request_class: type[Any] = Request,
        type_decoders: TypeDecoders = (),
    ) -> None:
        self.bound: list[Bound] = []
        self.body_refused_by: str | None = None
        self._path = path
        self._names = names
        self._limits = limits
        self._refuses_body = refuses_body
        self._request_class = request_class
        self._type_decoders = type_decoders
        self._prepared: dict[object, Var] = {}
        self._content_taken: tuple[tuple[Any, ...], Var] | None = None
        names.fresh("errors")
        self._counts_errors = False
        self._setup: list[Step] = []
        self._values: list[Step] = []
        self._body: ReadBody | None = None
        self._may_fail = False

    # What di's planner calls

    def claims(self, asked: Asked) -> str | None:
        """What a parameter certainly is, before a dependency is looked for."""
        parameter = asked.parameter
        if parameter.marker(Dependency) is not None or parameter.marker(Provide) is not None:
            return None
        if parameter.marker(Parameter) is not None and self._named(asked):
            return "a value of the request"
        if parameter.name in self._path:
            return "a parameter of the path"
        if parameter.marker(Body) is not None or parameter.name in ("data", "body"):
            return "the content of the request"
        view = view_by_type(parameter, self._request_class)
        return None if view is None else "a view of the connection"

    def take(self, asked: Asked) -> object:
        """The argument for a parameter; `MISSING` where no request has it."""
        parameter = asked.parameter
        marker: Parameter | None = parameter.marker(Parameter)
        if marker is not None and marker.sources():
            return self._text(asked, *self._source(asked, marker), marker)
        if parameter.name in self._path:
            return self._path_value(asked, marker)
        body: Body | None = parameter.marker(Body)
        if body is not None or (parameter.name in ("data", "body") and marker is None):
            return self._content(asked, body)
        view = view_by_type(parameter, self._request_class)
        if view is None and marker is None:
            view = view_by_name(parameter, self._request_class)
        if view is not None:
            return view if isinstance(view, Var) else self._view(view)
        if not has_text_form(parameter.annotation, self._type_decoders):
            return self._no_text(asked, marker)
        return self._text(asked, "query", parameter.name, marker)

    def drain(self) -> list[Step]:
        """The steps for all that was taken since the last call, in the order in which they stand."""
        steps = [*self._setup, *self._values]
        read, checked = self._body, bool(self._values) and self._may_fail
        fails = checked or (read is not None and read.decode is not None)
        if fails and not self._counts_errors:
            self._counts_errors = True
            steps.insert(len(self._setup), NoErrors())
        if checked:
            decode = read.decode if read else None
            steps.append(Refuse(decode, self._limits.body if decode else None))
        if read is not None:
            steps.append(read)
            if read.decode is not None:
                steps.append(Refuse())
        self._setup, self._values, self._body, self._may_fail = [], [], None, False
        return steps

    # Each source

    def _path_value(self, asked: Asked, marker: Parameter | None) -> Var:
        name, annotation = asked.parameter.name, asked.parameter.annotation
        declared = self._path[name]
        text = declared is str and has_text_form(annotation, self._type_decoders)
        if not text and not agrees(declared, annotation):
            raise asked.problem(
                TypeMismatch,
                f"takes the path parameter '{{{name}:...}}', whose values are {type_name(declared)}",
                f"annotate '{name}: {type_name(declared)}', or change the type in the path",
            )
        path = self._prepare("path", "path", lambda gives: Item(gives, "scope", "path_params"))
        narrow = self._narrow(asked, declared, marker)
        self._bind(asked, "path", name, MISSING, marker)
        if narrow is None:
            return self._value(asked, lambda gives: Item(gives, path, name))
        arguments = (path, name, narrow, Var("errors"))
        return self._called(asked, reading.narrowed, arguments)

    def _narrow(
        self, asked: Asked, declared: type[Any], marker: Parameter | None
    ) -> Convert | None:
        """What a path value is held to beyond the template's type."""
        annotation = without_none(asked.parameter.annotation)
        meta = meta_of(marker, asked.parameter.metadata)
        same = annotation in (declared, Any, object)
        convert: Convert | None = None
        if not same and declared is str:
            convert = converter_for(annotation, self._type_decoders)
        elif not same:
            convert = _held_to(annotation)
        return self._constrained(asked, convert, annotation, meta)

    def _text(self, asked: Asked, source: ValueSource, key: str, marker: Parameter | None) -> Var:
        parameter = asked.parameter
        annotation, default = parameter.annotation, _default(parameter, marker)
        texts = self._texts(source)
        plain = converter_for(annotation, self._type_decoders)
        meta = meta_of(marker, parameter.metadata)
        convert = self._constrained(asked, plain, annotation, meta)
        self._bind(asked, source, key, default, marker)
        lookup = key.lower() if source == "header" else key
        more = () if source == "query" else (source,)
        optional = default is not MISSING
        function: Callable[..., Any]
        arguments: tuple[Any, ...] = (texts, lookup)
        if is_sequence(without_none(annotation)):
            function, arguments = _ALL[optional], (texts, lookup, convert)
        elif convert is None and optional:
            return self._called(asked, reading.optional_str, (texts, lookup, default))
        elif convert is None or convert is to_int:
            function = _PLAIN[convert is to_int, optional]
        else:
            function, arguments = _ANY[optional], (texts, lookup, convert)
        tail = (*((default,) if optional else ()), Var("errors"), *more)
        return self._called(asked, function, (*arguments, *tail))

    def _content(self, asked: Asked, marker: Body | None) -> Var:
        parameter = asked.parameter
        self._check_content(asked, marker)
        media_type = marker.media_type if marker else "application/json"
        same = (parameter.annotation, media_type, marker)
        if self._content_taken is not None:
            return self._content_again(asked, same)
        variable = Var(self._names.fresh(parameter.name))
        self._content_taken = (same, variable)
        default = MISSING if isinstance(parameter.default, Body) else parameter.default
        raw = parameter.name == "body" and parameter.annotation is bytes and marker is None
        decode = None if raw else self._decoder(asked, marker, media_type, default)
        expect = _EXPECT[is_json(media_type_of(media_type))]
        self._body = ReadBody(variable, self._limits.body, None if raw else expect, decode)
        self._bind(asked, "body", parameter.name, default, marker)
        return variable

    def _content_again(self, asked: Asked, same: tuple[Any, ...]) -> Var:
        """The content is decoded once: who asks again gets the same value, if it is of the same type."""
        assert self._content_taken is not None  # noqa: S101
        taken, variable = self._content_taken
        if taken[:2] != same[:2]:
            other = next(each for each in self.bound if each.source == "body")
            raise asked.problem(
                TypeMismatch,
                f"takes the content, which '{other.name}: {type_name(other.annotation)}' takes too",
                "give both the same type",
            )
        return variable

    def _decoder(
        self, asked: Asked, marker: Body | None, media_type: str, default: Any
    ) -> DecodeBody:
        parameter = asked.parameter
        meta = meta_of(marker, parameter.metadata)
        self._constrained(asked, None, parameter.annotation, meta)
        return body_decoder(
            parameter.annotation,
            key=parameter.name,
            media_type=media_type,
            meta=meta,
            default=default,
            type_decoders=self._type_decoders,
            depth=self._limits.depth,
        )

    def _check_content(self, asked: Asked, marker: Body | None) -> None:
        media_type = media_type_of(marker.media_type) if marker else "application/json"
        if self.body_refused_by:
            raise asked.problem(
                DependencyError,
                f"is the content, which a {self.body_refused_by} cannot have",
                "it runs before the content is read, or when it is long gone",
            )
        if self._refuses_body:
            raise asked.problem(
                DependencyError,
                f"is the content, but {self._refuses_body}",
                "take values of the query",
            )
        if not is_json(media_type) and media_type not in MSGPACK:
            raise asked.problem(
                DependencyError,
                f"is to be read as '{media_type}', which no codec reads",
                "say JSON or MessagePack; forms are not built yet",
            )

    def _no_text(self, asked: Asked, marker: Parameter | None) -> object:
        """A type that no text becomes: most likely a dependency that nobody declared."""
        if marker is not None:
            self._unreadable(asked)
        return MISSING

    def _source(self, asked: Asked, marker: Parameter) -> tuple[ValueSource, str]:
        sources = marker.sources()
        if len(sources) > 1 or asked.parameter.name in self._path:
            where = [*(source for source, _ in sources)]
            named = [*where, "path"] if asked.parameter.name in self._path else where
            raise asked.problem(
                DependencyError,
                f"is said to come from {' and '.join(named)}",
                "name one source",
            )
        if not has_text_form(asked.parameter.annotation, self._type_decoders):
            self._unreadable(asked)
        source, name = sources[0]
        return source, name  # type: ignore[return-value]

    def _unreadable(self, asked: Asked) -> NoReturn:
        raise asked.problem(
            TypeMismatch,
            "is of a type that no query, header or cookie can give",
            "take it as the content ('data'), or give the type a decoder (type_decoders)",
        )

    # What the sources share

    def _named(self, asked: Asked) -> bool:
        marker: Parameter | None = asked.parameter.marker(Parameter)
        return marker is not None and bool(marker.sources())

    def _constrained(
        self, asked: Asked, convert: Convert | None, annotation: Any, meta: msgspec.Meta | None
    ) -> Convert | None:
        try:
            return constrained(convert, annotation, meta)
        except TypeError as error:
            text = str(error).replace("`", "")
            raise asked.problem(
                TypeMismatch, f"has a constraint that its type cannot have ({text})", "remove it"
            ) from None

    def _texts(self, source: ValueSource) -> Var:
        """The variable that holds the texts of a source."""
        function, argument, hint = _TEXTS[source]
        return self._prepare(source, hint, lambda gives: Call(function, (argument,), gives=gives))

    def _prepare(self, key: object, hint: str, step: Callable[[str], Step]) -> Var:
        """A step that several values rest on: it stands once, before all of them."""
        if key not in self._prepared:
            variable = self._prepared[key] = Var(self._names.fresh(hint))
            self._setup.append(step(variable))
        return self._prepared[key]

    def _view(self, call: Call) -> Var:
        """A view of the connection, made once for each way of making it."""
        key = (call.function, call.arguments)
        return self._prepare(key, call.gives or "view", lambda gives: replace(call, gives=gives))

    def _called(
        self, asked: Asked, function: Callable[..., Any], arguments: tuple[Any, ...]
    ) -> Var:
        """A value that is had by a call, and may be wrong."""
        self._may_fail = self._may_fail or Var("errors") in arguments
        return self._value(asked, lambda gives: Call(function, arguments, gives=gives))

    def _value(self, asked: Asked, step: Callable[[str], Step]) -> Var:
        variable = Var(self._names.fresh(asked.parameter.name))
        self._values.append(step(variable))
        return variable

    def _bind(
        self, asked: Asked, source: ValueSource, key: str, default: Any, marker: Described | None
    ) -> None:
        parameter = asked.parameter
        bound = Bound(parameter.name, source, key, parameter.annotation, default, marker)
        self.bound.append(bound)


def _default(parameter: Asking, marker: Parameter | None) -> Any:
    """What a missing value means: the default, `None` where the type allows it, else an error."""
    if marker is not None and marker.default is not MISSING:
        return marker.default
    if parameter.default is not MISSING and not isinstance(parameter.default, Parameter):
        return parameter.default
    optional = type(None) in get_args(parameter.annotation)
    return None if optional and not (marker and marker.required) else MISSING


def _held_to(annotation: Any) -> Convert:
    """Holds a value of the path to a narrower type, such as an enum of ints."""

    def convert(value: Any) -> Any:
        try:
            return msgspec.convert(value, annotation, strict=False)
        except msgspec.ValidationError as error:
            raise ValueError(str(error).replace("`", "")) from None

    return convert


_TEXTS: Mapping[str, tuple[Callable[..., Any], Var, str]] = {
    "query": (reading.query_texts, Var("scope"), "query"),
    "header": (reading.header_texts, Var("scope"), "headers"),
    "cookie": (reading.cookie_texts, Var("scope"), "cookies"),
}
_PLAIN: Mapping[tuple[bool, bool], Callable[..., Any]] = {
    (False, False): reading.required_str,
    (True, False): reading.required_int,
    (True, True): reading.optional_int,
}
_ANY: Mapping[bool, Callable[..., Any]] = {False: reading.required, True: reading.optional}
_ALL: Mapping[bool, Callable[..., Any]] = {False: reading.required_all, True: reading.optional_all}
_EXPECT = {True: expect_json, False: expect_msgpack}
