"""The values of a request, as a source of arguments for `pleiad_di`'s planner.

Where a parameter comes from is inferred, in this order: a marker says it; the path has its name; it
is called `data` or `body`, or is a file; a dependency has its name (the planner's part); its type is
that of a connection or a view of one; its type says how it is made of a request; it has one of
Litestar's names for these and a type that fits; else it is a value of the query, if text can become
its type.
"""

from collections.abc import Callable, Mapping
from functools import partial
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
from pleiad_http import Limits, Request, TypeDecoders
from pleiad_params import reading
from pleiad_params.bound import Bound
from pleiad_params.connections import view_by_name, view_by_type
from pleiad_params.constraints import content_hold, held, held_to
from pleiad_params.content import MediaDecoders
from pleiad_params.content_values import ContentValues, is_stream, is_upload
from pleiad_params.convert import (
    Convert,
    converter_for,
    has_text_form,
    is_sequence,
    named,
    to_int,
    without_none,
)
from pleiad_params.groups import Group, group_for, is_group
from pleiad_params.markers import Body, Described, Form, Header, Parameter, Sourced, ValueSource
from pleiad_params.metadata import meta_of, validators_in
from pleiad_params.pending import ERRORS, Pending
from pleiad_params.reading import Found
from pleiad_params.steps import Item

__all__ = ["RequestValues"]

NO_LIMITS = Limits()
NOTHING: Mapping[str, Any] = {}


class RequestValues:
    """Takes arguments out of a request; implements `pleiad_di.Values`.

    Args:
        path: The parameters of the path template, with their types.
        names: Gives the variables their names; shared with the planner.
        limits: How large the content may be.
        refuses_body: Why there can be no content, if so: such as `a GET request has no body`.
        request_class: The class of requests.
        type_decoders: For types that are neither models nor scalars.
        media_decoders: For content of further media types.
        parameters: What layers say of parameters, by name: whoever has none of these takes them.

    Attributes:
        bound: What was bound so far.
        raises: The exceptions that types made of a request declare.
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
        media_decoders: MediaDecoders = NOTHING,
        parameters: Mapping[str, Parameter] = NOTHING,
    ) -> None:
        self.bound: list[Bound] = []
        self.raises: list[type[Exception]] = []
        self._path = path
        self._request_class = request_class
        self._type_decoders = type_decoders
        self._parameters = parameters
        self._provided: dict[Any, Provide] = {}
        self._known: dict[str, set[str]] = {}
        self._pending = Pending(names)
        self._content = ContentValues(
            self._pending,
            self._bind,
            limits=limits,
            refuses=refuses_body,
            type_decoders=type_decoders,
            media_decoders=media_decoders,
        )

    @property
    def body_refused_by(self) -> str | None:
        """Who may not ask for the content now, such as `guard`."""
        return self._content.refused_by

    @body_refused_by.setter
    def body_refused_by(self, who: str | None) -> None:
        self._content.refused_by = who

    # What di's planner calls

    def claims(self, asked: Asked) -> str | None:
        """What a parameter certainly is, before a dependency is looked for."""
        parameter = asked.parameter
        if parameter.marker(Dependency) is not None or parameter.marker(Provide) is not None:
            return None
        marker = self._marker(parameter)
        if isinstance(marker, Form):
            return "a field of a form"
        if marker is not None and marker.sources():
            return "a value of the request"
        if parameter.name in self._path:
            return "a parameter of the path"
        if parameter.marker(Body) is not None or parameter.name in ("data", "body"):
            return "the content of the request"
        if is_upload(parameter.annotation):
            return "a file of a form"
        view = view_by_type(parameter, self._request_class)
        return None if view is None else "a view of the connection"

    def provider(self, asked: Asked) -> Provide | None:
        """The `from_request` of a type that has one."""
        cls = asked.parameter.annotation
        make = getattr(cls, "from_request", None) if isinstance(cls, type) else None
        if make is None:
            return None
        if cls not in self._provided:
            self._provided[cls] = Provide(make)
            self.raises.extend(getattr(cls, "raises", ()))
        return self._provided[cls]

    def take(self, asked: Asked) -> object:
        """The argument for a parameter; `MISSING` where no request has it."""
        parameter = asked.parameter
        marker = self._marker(parameter)
        body: Body | None = parameter.marker(Body)
        if isinstance(marker, Sourced):
            _check_said(asked, marker)
        if isinstance(marker, Form):
            return self._content.field(asked, marker, _default(parameter, marker))
        if marker is not None and marker.sources():
            return self._sourced(asked, marker)
        if parameter.name in self._path:
            return self._path_value(asked, parameter.name, marker)
        if is_stream(parameter.annotation):
            return self._content.stream(asked)
        if body is not None or (parameter.name in ("data", "body") and marker is None):
            given = parameter.default
            default = MISSING if isinstance(given, Body) else given
            return self._content.whole(asked, body, default)
        if is_upload(parameter.annotation):
            return self._content.field(asked, marker, _default(parameter, marker))
        view = view_by_type(parameter, self._request_class)
        if view is None and marker is None:
            view = view_by_name(parameter, self._request_class)
        if view is not None:
            return view if isinstance(view, Var) else self._view(view)
        if not has_text_form(parameter.annotation, self._type_decoders):
            return self._no_text(asked, marker)
        return self._text(asked, "query", parameter.name, marker)

    def take_declared(self, path: tuple[str, ...]) -> list[DependencyError]:
        """Take what layers declare and nobody took: it is looked at all the same.

        Args:
            path: Who asks, for errors.

        Returns:
            What is wrong with the declarations.
        """
        problems: list[DependencyError] = []
        taken = {each.name for each in self.bound}
        for name, marker in self._parameters.items():
            if name not in taken:
                annotation = str if marker.annotation is MISSING else marker.annotation
                asked = Asked(Asking(name, annotation, (marker,)), path)
                try:
                    self.take(asked)
                except DependencyError as problem:
                    problems.append(problem)
        return problems

    def drain(self) -> list[Step]:
        """The steps for all that was taken since the last call, in the order in which they stand."""
        return self._pending.drain()

    # Each source

    def _marker(self, parameter: Asking) -> Parameter | None:
        """What the parameter says of itself, or a layer says of it."""
        own: Parameter | None = parameter.marker(Parameter)
        if own is not None or parameter.marker(Body) is not None:
            return own
        return self._parameters.get(parameter.name)

    def _sourced(self, asked: Asked, marker: Parameter) -> object:
        """A value whose source is named."""
        source, key = self._source(asked, marker)
        if source == "path":
            return self._path_value(asked, key, marker)
        if is_group(asked.parameter.annotation) and isinstance(marker, Sourced):
            return self._group(asked, source, marker)
        if not has_text_form(asked.parameter.annotation, self._type_decoders):
            self._unreadable(asked)
        return self._text(asked, source, key, marker)

    def _source(self, asked: Asked, marker: Parameter) -> tuple[ValueSource, str]:
        sources, name = marker.sources(), asked.parameter.name
        where: list[str] = [source for source, _ in sources]
        if name in self._path and "path" not in where:
            where.append("path")
        if len(where) > 1:
            found = f"is said to come from {' and '.join(where)}"
            raise asked.problem(DependencyError, found, "name one source")
        source, key = sources[0]
        if source == "path" and (key or name) not in self._path:
            found = f"is said to come from the path, which has no '{{{key or name}}}'"
            raise asked.problem(DependencyError, found, "name a parameter of the path")
        derived = name.replace("_", "-") if isinstance(marker, Header) else name
        return source, derived if key is None else key

    def _path_value(self, asked: Asked, key: str, marker: Parameter | None) -> Var:
        name, annotation = asked.parameter.name, asked.parameter.annotation
        declared = self._path[key]
        if marker is not None and not marker.include_in_schema:
            found = "stands in the path, which documents show as it is"
            raise asked.problem(DependencyError, found, "remove 'include_in_schema'")
        text = declared is str and has_text_form(annotation, self._type_decoders)
        if not text and not agrees(declared, annotation):
            raise asked.problem(
                TypeMismatch,
                f"takes the path parameter '{{{key}:...}}', whose values are {type_name(declared)}",
                f"annotate '{name}: {type_name(declared)}', or change the type in the path",
            )
        path = self._pending.prepare("path", "path", lambda g: Item(g, "scope", "path_params"))
        narrow = self._narrow(asked, declared, marker)
        self._bind(asked, "path", key, MISSING, marker)
        if narrow is None:
            return self._pending.value(name, lambda gives: Item(gives, path, key))
        arguments = (path, key, named(narrow, name), ERRORS)
        return self._pending.call(name, reading.narrowed, arguments)

    def _narrow(
        self, asked: Asked, declared: type[Any], marker: Parameter | None
    ) -> Convert | None:
        """What a path value is held to beyond the template's type."""
        parameter = asked.parameter
        annotation = without_none(parameter.annotation)
        same = annotation in (declared, Any, object)
        convert: Convert | None = None
        if not same and declared is str:
            convert = converter_for(annotation, self._type_decoders)
        elif not same:
            convert = _held_to(annotation)
        meta, validators = meta_of(marker, parameter.metadata), validators_in(parameter.metadata)
        return held_to(asked, convert, annotation, meta, validators)

    def _text(self, asked: Asked, source: ValueSource, key: str, marker: Parameter | None) -> Var:
        parameter = asked.parameter
        annotation, default = parameter.annotation, _default(parameter, marker)
        texts = self._texts(source)
        plain = self._converter(asked)
        meta, validators = meta_of(marker, parameter.metadata), validators_in(parameter.metadata)
        convert = held_to(asked, plain, annotation, meta, validators)
        if convert is not None:
            convert = named(convert, parameter.name)
        self._bind(asked, source, key, default, marker)
        lookup = key.lower() if source == "header" else key
        more = () if source == "query" else (source,)
        optional = default is not MISSING
        function: Callable[..., Any]
        arguments: tuple[Any, ...] = (texts, lookup)
        if is_sequence(without_none(annotation)):
            function, arguments = _ALL[optional], (texts, lookup, convert or list)
        elif convert is None and optional:
            return self._pending.call(
                parameter.name, reading.optional_str, (texts, lookup, default)
            )
        elif convert is None or convert is to_int:
            function = _PLAIN[convert is to_int, optional]
        else:
            function, arguments = _ANY[optional], (texts, lookup, convert)
        tail = (*((default,) if optional else ()), ERRORS, *more)
        return self._pending.call(parameter.name, function, (*arguments, *tail))

    def _group(self, asked: Asked, source: ValueSource, marker: Sourced) -> Var:
        """A model of values."""
        parameter = asked.parameter
        default = _default(parameter, marker)
        try:
            group = group_for(
                parameter.annotation,
                source,
                key=parameter.name,
                hyphens=source == "header",
                refuses=marker.unknown == "refuse",
                known=self._known.setdefault(source, set()),
                type_decoders=self._type_decoders,
            )
        except TypeError as error:
            repair = "change its type, or take the model as the content ('data')"
            raise asked.problem(TypeMismatch, f"is a group whose {error}", repair) from None
        self._bind_group(asked, group, source, marker)
        texts, called = self._texts(source), f"read_{parameter.name}"
        optional = default is not MISSING
        read: Callable[..., Any] = group.read_any if optional else group.read
        meta, validators = meta_of(marker, parameter.metadata), validators_in(parameter.metadata)
        held_to(asked, None, parameter.annotation, meta)
        hold = content_hold(parameter.annotation, meta, validators)
        if hold is not None:
            read = partial(_read_held, read, hold, parameter.name, source)
        arguments = (texts, *((default,) if optional else ()), ERRORS)
        return self._pending.call(parameter.name, read, arguments, called)

    def _converter(self, asked: Asked) -> Convert | None:
        """What makes the value of text."""
        try:
            return converter_for(asked.parameter.annotation, self._type_decoders)
        except TypeError as error:
            text = str(error).replace("`", "")
            found = f"has a constraint that its type cannot have ({text})"
            raise asked.problem(TypeMismatch, found, "remove it") from None

    def _no_text(self, asked: Asked, marker: Parameter | None) -> object:
        """A type that no text becomes: most likely a dependency that nobody declared."""
        if marker is not None:
            self._unreadable(asked)
        return MISSING

    def _unreadable(self, asked: Asked) -> NoReturn:
        raise asked.problem(
            TypeMismatch,
            "is of a type that no query, header or cookie can give",
            "take it as the content ('data'), mark a model as a group ('Annotated[..., Query()]'),"
            " or give the type a decoder (type_decoders)",
        )

    # What the sources share

    def _texts(self, source: ValueSource) -> Var:
        """The variable that holds the texts of a source."""
        function, argument, hint = _TEXTS[source]
        return self._pending.prepare(
            source, hint, lambda gives: Call(function, (argument,), gives=gives)
        )

    def _view(self, call: Call) -> Var:
        """A view of the connection, made once for each way of making it."""
        key = (call.function, call.arguments)
        hint = call.gives or "view"
        return self._pending.prepare(key, hint, lambda gives: call._replace(gives=gives))

    def _bind(
        self, asked: Asked, source: ValueSource, key: str, default: Any, marker: Described | None
    ) -> None:
        parameter = asked.parameter
        self._known.setdefault(source, set()).add(key)
        annotation, metadata = parameter.annotation, parameter.metadata
        self.bound.append(Bound(parameter.name, source, key, annotation, default, marker, metadata))

    def _bind_group(self, asked: Asked, group: Group, source: ValueSource, marker: Sourced) -> None:
        """Each field is a value of its own, to documents and people."""
        self._known.setdefault(source, set()).update(group.keys)
        for field in group.fields:
            name = f"{asked.parameter.name}.{field.name}"
            default = MISSING if field.required else None
            self.bound.append(Bound(name, source, field.keys[0], field.annotation, default, marker))


def _check_said(asked: Asked, marker: Sourced) -> None:
    """See that nothing is said that would be ignored."""
    is_form = isinstance(marker, Form)
    is_whole = is_group(asked.parameter.annotation) and not (is_form and marker.name is not None)
    ignored = marker.about_one_value() if is_whole and not is_form else []
    if ignored:
        found = f"is a group of values, about which '{ignored[0]}' says nothing"
        raise asked.problem(DependencyError, found, "say it of a field of the model")
    if marker.unknown == "refuse" and not is_whole:
        found = "is one value, about which 'unknown' says nothing"
        raise asked.problem(DependencyError, found, "remove it, or take a model")


def _default(parameter: Asking, marker: Parameter | None) -> Any:
    """What a missing value means: the default, `None` where the type allows it, else an error."""
    if marker is not None and marker.default is not MISSING:
        return marker.default
    if parameter.default is not MISSING and not isinstance(parameter.default, Parameter):
        return parameter.default
    optional = type(None) in get_args(parameter.annotation)
    return None if optional and not (marker and marker.required) else MISSING


def _read_held(
    read: Callable[..., Any],
    hold: Convert,
    key: str,
    source: ValueSource,
    found: Found,
    *more: Any,
) -> Any:
    """A group, looked at when all its fields are right."""
    *default, errors = more
    before = len(errors)
    value = read(found, *more)
    if len(errors) > before or any(value is each for each in default):
        return value
    return held(hold, value, key, errors, source)


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
