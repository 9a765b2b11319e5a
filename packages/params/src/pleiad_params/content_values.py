"""Parameters that are the content of a request, or a part of it."""

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable
from functools import partial
from typing import Any, get_args, get_origin

from pleiad_di import MISSING, Asked, Call, DependencyError, Open, TypeMismatch, Var, type_name
from pleiad_http import (
    MSGPACK,
    Limits,
    Parts,
    SerializationException,
    TypeDecoders,
    UploadFile,
    fields_of,
    is_json,
    media_type_of,
    parts_of,
    stream_body,
)
from pleiad_params import reading
from pleiad_params.body import body_decoder, expect_json, expect_msgpack
from pleiad_params.bound import Bind
from pleiad_params.constraints import content_hold, held, held_to, holding
from pleiad_params.content import FORMS, MediaDecoders, Wanted, content_for, form_content
from pleiad_params.convert import Convert, is_sequence, named, stripped
from pleiad_params.forms import FormValue, field_converter, is_json_field
from pleiad_params.groups import is_group
from pleiad_params.markers import Body, Form, Parameter, ValueSource
from pleiad_params.metadata import meta_of, validators_in
from pleiad_params.pending import ERRORS, Pending
from pleiad_params.reading import Errors, Found
from pleiad_params.steps import ReadBody

__all__ = ["ContentValues", "is_stream", "is_upload"]

JSON = "application/json"


class ContentValues:
    """Plans what reads the content.

    Args:
        pending: Takes the steps.
        bind: Notes what was bound.
        limits: How large and how deep the content may be.
        refuses: Why there can be no content, if so: such as `a GET request has no body`.
        type_decoders: For types that no codec knows.
        media_decoders: For media types that no codec knows.

    Attributes:
        refused_by: Who may not ask for the content now, such as `guard`.
    """

    def __init__(
        self,
        pending: Pending,
        bind: Bind,
        *,
        limits: Limits,
        refuses: str | None,
        type_decoders: TypeDecoders,
        media_decoders: MediaDecoders,
    ) -> None:
        self.refused_by: str | None = None
        self._pending = pending
        self._bind = bind
        self._limits = limits
        self._refuses = refuses
        self._type_decoders = type_decoders
        self._media_decoders = media_decoders
        self._taken: tuple[str, tuple[Any, ...], Var] | None = None
        self._json_fields: set[str] = set()

    def whole(self, asked: Asked, marker: Body | Form | None, default: Any) -> Var:
        """The content as one value."""
        parameter = asked.parameter
        self._check_allowed(asked)
        media_types = _media_types(marker)
        kind = f"{parameter.name}: {type_name(parameter.annotation)}"
        known = self._known(asked, kind, (parameter.annotation, media_types))
        if known is not None:
            return known
        variable = self._pending.variable(parameter.name)
        self._taken = kind, (parameter.annotation, media_types), variable
        try:
            self._read(asked, marker, media_types, default, variable)
        except (TypeError, SerializationException) as error:
            text = str(error).replace("`", "")
            raise asked.problem(TypeMismatch, f"cannot be the content: {text}", REPAIR) from None
        source: ValueSource = "form" if isinstance(marker, Form) else "body"
        self._bind(asked, source, parameter.name, default, marker)
        return variable

    def field(self, asked: Asked, marker: Parameter | None, default: Any) -> Var:
        """One field or file of a form, or a model of all of them."""
        annotation = asked.parameter.annotation
        if is_group(annotation) and isinstance(marker, Form) and marker.name is None:
            return self.whole(asked, marker, default)
        self._check_allowed(asked)
        form = self._known(asked, "the fields of a form", ()) or self._opened_form()
        key = (marker.name if isinstance(marker, Form) else None) or asked.parameter.name
        metadata = asked.parameter.metadata
        meta, validators = meta_of(marker, metadata), validators_in(metadata)
        held_to(asked, None, annotation, meta)
        convert = holding(
            field_converter(annotation, limits=self._limits, type_decoders=self._type_decoders),
            content_hold(annotation, meta, validators),
        )
        if is_json_field(annotation, self._type_decoders):
            self._json_fields.add(key)
        self._bind(asked, "form", key, default, marker)
        required = default is MISSING
        function: Callable[..., Any] = reading.form_field if required else reading.form_field_or
        more = () if required else (default,)
        arguments = (form, key, named(convert, asked.parameter.name), *more, ERRORS)
        return self._pending.late(asked.parameter.name, function, arguments)

    def stream(self, asked: Asked) -> Var:
        """The content chunk by chunk, or part by part, as it comes."""
        self._check_allowed(asked)
        kind = f"{asked.parameter.name}: {type_name(asked.parameter.annotation)}"
        known = self._known(asked, kind, (asked.parameter.annotation,))
        if known is not None:
            return known
        whole = asked.parameter.annotation is Parts
        make: Callable[..., Any] = parts_of if whole else stream_body
        arguments = (Var("scope"), Var("receive"), self._limits if whole else self._limits.body)
        variable = self._pending.late(asked.parameter.name, make, arguments)
        self._taken = kind, (asked.parameter.annotation,), variable
        self._bind(asked, "body", asked.parameter.name, MISSING, None)
        return variable

    def _known(self, asked: Asked, kind: str, same: tuple[Any, ...]) -> Var | None:
        """The content is read once: who asks for the same gets the same value."""
        if self._taken is None:
            return None
        other, known, variable = self._taken
        if known != same:
            raise asked.problem(
                TypeMismatch,
                f"takes the content, which '{other}' takes too",
                "give both the same type",
            )
        return variable

    def _opened_form(self) -> Var:
        variable = self._pending.variable("form")
        self._taken = "the fields of a form", (), variable
        content = form_content(FormValue(_as_found, self._json_fields), self._limits)
        call = Call(content.opened, (Var("scope"), Var("receive"), ERRORS), called="opened_form")
        self._pending.content = Open(call, None, variable)
        return variable

    def _read(
        self,
        asked: Asked,
        marker: Body | Form | None,
        media_types: tuple[str, ...],
        default: Any,
        variable: Var,
    ) -> None:
        """Plan the step that reads the content."""
        parameter, limits = asked.parameter, self._limits
        meta, validators = meta_of(marker, parameter.metadata), validators_in(parameter.metadata)
        held_to(asked, None, parameter.annotation, meta)
        if parameter.name == "body" and parameter.annotation is bytes and marker is None:
            hold = content_hold(bytes, meta, validators)
            raw = None if hold is None else partial(_held_as_it_is, hold, parameter.name)
            self._pending.content = ReadBody(variable, limits.body, None, raw)
            return
        media_type = media_type_of(media_types[0])
        if self._is_document(media_type) and _brings_files(parameter.annotation):
            raise TypeError("it holds files, which only a form brings")
        if len(media_types) == 1 and self._is_document(media_type):
            decode = body_decoder(
                parameter.annotation,
                key=parameter.name,
                media_type=media_type,
                meta=meta,
                validators=validators,
                default=default,
                type_decoders=self._type_decoders,
                depth=limits.depth,
            )
            expect = expect_json if is_json(media_type) else expect_msgpack
            self._pending.content = ReadBody(variable, limits.body, expect, decode)
            return
        wanted = Wanted(
            annotation=parameter.annotation,
            key=parameter.name,
            default=default,
            meta=meta,
            validators=validators,
            limits=limits,
            refuses_unknown=isinstance(marker, Form) and marker.unknown == "refuse",
            type_decoders=self._type_decoders,
            media_decoders=self._media_decoders,
        )
        content = content_for(media_types, wanted)
        given = (Var("scope"), Var("receive"), ERRORS)
        if content.brings_files:
            call = Call(content.opened, given, called="opened_content")
            self._pending.content = Open(call, None, variable)
        else:  # PERF: nothing to close: 3 us of the 14 that a small form takes
            self._pending.content = Call(
                content.read, given, gives=variable, awaits=True, called="read_content"
            )

    def _is_document(self, media_type: str) -> bool:
        if media_type in self._media_decoders:
            return False
        return is_json(media_type) or media_type in MSGPACK

    def _check_allowed(self, asked: Asked) -> None:
        if self.refused_by:
            raise asked.problem(
                DependencyError,
                f"is the content, which a {self.refused_by} cannot have",
                "it runs before the content is read, or when it is long gone",
            )
        if self._refuses:
            raise asked.problem(
                DependencyError,
                f"is the content, but {self._refuses}",
                "take values of the query",
            )


REPAIR = "change the type, or its media type: 'Form()', 'Body(media_type=...)'"


def _brings_files(annotation: Any) -> bool:
    """Whether a type is a file, or a model that has some."""
    if is_upload(annotation):
        return True
    plain, _ = stripped(annotation)
    return is_group(plain) and any(is_upload(each.annotation) for each in fields_of(plain))


def _held_as_it_is(hold: Convert, key: str, content: bytes, errors: Errors) -> Any:
    return held(hold, content, key, errors)


def _as_found(found: Found, errors: Errors) -> Any:
    return found


def is_stream(annotation: Any) -> bool:
    """Whether a parameter of the type is the content as it comes: `Parts`, or chunks of bytes."""
    if annotation is Parts:
        return True
    return get_origin(annotation) in _STREAMS and get_args(annotation)[:1] == (bytes,)


_STREAMS = (AsyncIterator, AsyncIterable, AsyncGenerator)


def is_upload(annotation: Any) -> bool:
    """Whether a parameter of the type is a file of a form, or several, whatever it is called."""
    plain, _ = stripped(annotation)
    if is_sequence(plain):
        plain, _ = stripped((*get_args(plain), Any)[0])
    return isinstance(plain, type) and issubclass(plain, UploadFile)


def _media_types(marker: Body | Form | None) -> tuple[str, ...]:
    if isinstance(marker, Form):
        return FORMS
    return marker.media_types if marker else (JSON,)
