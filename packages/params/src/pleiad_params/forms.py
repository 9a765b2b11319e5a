"""The fields and files of a form become a value: of a model, a dict, or files alone."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, TypeAlias, Union, get_args, get_origin

from pleiad_http import (
    DecodeError,
    FormMultiDict,
    InvalidValue,
    Limits,
    RequestEntityTooLarge,
    TypeDecoders,
    UploadFile,
    decoder_for,
    fields_of,
)
from pleiad_params.constraints import content_hold, holding
from pleiad_params.convert import Convert, converter_for, has_text_form, is_sequence, stripped
from pleiad_params.groups import group_for, is_group
from pleiad_params.metadata import meta_of, validators_in
from pleiad_params.reading import ABSENT, Errors, Found, told, wrong

__all__ = [
    "FormValue",
    "ReadForm",
    "field_converter",
    "form_value_for",
    "is_json_field",
    "json_to_text",
]

ReadForm: TypeAlias = Callable[[Found, Errors], Any]
"""Makes a value of the values by name; what is wrong is noted."""

BODY = "body"
"""What errors say of where the value stood."""


class FormValue:
    """How a form becomes a value.

    Args:
        read: Makes it.
        json: The fields that hold JSON, which may come as a file; more may be added while the
            program is built.
    """

    __slots__ = ("json", "read")

    def __init__(self, read: ReadForm, json: AbstractSet[str] = frozenset()) -> None:
        self.read = read
        self.json = json


def form_value_for(
    annotation: Any,
    *,
    key: str,
    limits: Limits,
    refuses_unknown: bool = False,
    type_decoders: TypeDecoders = (),
) -> FormValue:
    """How a form becomes a value of a type.

    Args:
        annotation: A model, a dict, `UploadFile`, a list or dict of them, `FormMultiDict`, `Any`.
        key: What the value is called as a whole, in an error.
        limits: How deep JSON in a field may be nested.
        refuses_unknown: For a model: whether a name that it does not have is an error.
        type_decoders: For types that no codec knows.

    Raises:
        TypeError: Another type, or a model with a field that no form can give.
    """
    plain, _ = stripped(annotation)
    origin = get_origin(plain) or plain

    def convert(wanted: Any) -> Convert:
        return field_converter(wanted, limits=limits, type_decoders=type_decoders)

    if is_group(annotation):
        group = group_for(annotation, BODY, key=key, convert=convert, refuses=refuses_unknown)
        return FormValue(group.read, _json_fields(annotation, type_decoders))
    if plain in (Any, object):
        return FormValue(_as_dict(convert(Any)))
    if isinstance(origin, type) and issubclass(FormMultiDict, origin) and origin is not Mapping:
        return FormValue(lambda found, errors: FormMultiDict(found))
    if origin in (dict, Mapping):
        wanted = (*get_args(plain), Any, Any)[1]
        return FormValue(_as_dict(convert(wanted)))
    if _is_upload(plain):
        return FormValue(_one_file(key))
    if is_sequence(plain) and _is_upload(_item(plain)):
        return FormValue(_all_files(convert(plain)))
    raise TypeError("a form becomes a model, a dict, UploadFile, or a list or dict of UploadFile")


def field_converter(
    annotation: Any, *, limits: Limits, type_decoders: TypeDecoders = ()
) -> Convert:
    """What makes a value of all that stands under one name of a form.

    A browser sends an input that was left empty as empty text, or as a file without a name: both say
    nothing, unless text is what is wanted.
    """
    plain, metadata = stripped(annotation)
    if plain in (Any, object):
        return lambda found: found[-1] if len(found) == 1 else found
    if _is_upload(plain):
        return to_file
    if get_origin(plain) is Union and any(_is_upload(each) for each in get_args(plain)):
        return lambda found: found[-1]
    if has_text_form(plain, type_decoders):
        return _texts(annotation, plain, type_decoders)
    files = is_sequence(plain) and _is_upload(_item(plain))
    convert = _files_of(plain) if files else _json(annotation, plain, limits, type_decoders)
    return holding(convert, content_hold(plain, meta_of(None, metadata), validators_in(metadata)))


async def json_to_text(
    found: dict[str, list[Any]], names: AbstractSet[str], limits: Limits
) -> None:
    """Make values of the given names text, where a file brings it.

    Browsers send a JSON `Blob` of a `FormData` with a filename, that is as a file.

    Raises:
        RequestEntityTooLarge: Such a file is larger than a field may be.
    """
    for name in names & found.keys():
        found[name] = [await _text_of(each, limits) for each in found[name]]


async def _text_of(value: Any, limits: Limits) -> Any:
    if not isinstance(value, UploadFile):
        return value
    if value.size > limits.part_size:
        raise RequestEntityTooLarge(f"A field is larger than {limits.part_size} bytes")
    return (await value.read()).decode(errors="replace")


# Fields


def _is_upload(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, UploadFile)


def _item(sequence: Any) -> Any:
    return stripped((*get_args(sequence), Any)[0])[0]


def _says(value: Any) -> bool:
    """Whether an input was filled in."""
    if isinstance(value, UploadFile):
        return bool(value.filename or value.size)
    return bool(value != "")


def _checked_file(value: Any) -> UploadFile:
    if isinstance(value, UploadFile):
        return value
    if value == "":
        return UploadFile()
    raise ValueError("Expected a file, got text")


def _checked_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise ValueError("Expected text, got a file")


def to_file(found: list[Any]) -> Any:
    file = _checked_file(found[-1])
    return file if _says(file) else ABSENT


def _files_of(plain: Any) -> Convert:
    """The converter of a field that brings several files."""
    make: Any = tuple if (get_origin(plain) or plain) is tuple else list
    return lambda found: make([each for each in map(_checked_file, found) if _says(each)])


def _texts(annotation: Any, plain: Any, type_decoders: TypeDecoders) -> Convert:
    """The converter of a field that is text."""
    convert = converter_for(annotation, type_decoders)
    if is_sequence(plain):
        return _each_text(convert)
    if convert is None:
        return lambda found: _checked_text(found[-1])
    empty = _takes_empty(plain)

    def field(found: list[Any]) -> Any:
        text = _checked_text(found[-1])
        return convert(text) if text or empty else ABSENT

    return field


def _each_text(convert: Convert | None) -> Convert:
    def field(found: list[Any]) -> Any:
        texts = [_checked_text(value) for value in found]
        return texts if convert is None else convert(texts)

    return field


def _takes_empty(plain: Any) -> bool:
    """Whether empty text is a value of the type."""
    return plain in (str, bytes) or (get_origin(plain) is Union and str in get_args(plain))


def _json(annotation: Any, plain: Any, limits: Limits, type_decoders: TypeDecoders) -> Convert:
    """The converter of a field whose text is JSON."""
    whole = decoder_for(annotation, "application/json", type_decoders, depth=limits.depth)
    item = None
    if is_sequence(plain):
        item = decoder_for(_item(plain), "application/json", type_decoders, depth=limits.depth)
    make: Any = get_origin(plain) or plain

    def field(found: list[Any]) -> Any:
        texts = [_checked_text(each).encode(errors="replace") for each in found]
        if item is not None and (len(texts) > 1 or not texts[0].lstrip().startswith(b"[")):
            return make([item(text) for text in texts])
        return whole(texts[-1]) if texts[-1] else ABSENT

    return field


def is_json_field(annotation: Any, type_decoders: TypeDecoders) -> bool:
    """Whether a field of the type holds JSON."""
    plain, _ = stripped(annotation)
    members = get_args(plain) if get_origin(plain) is Union else (plain,)
    if any(_is_upload(each) or _is_upload(_item(each)) for each in members):
        return False
    return not has_text_form(plain, type_decoders)


def _json_fields(annotation: Any, type_decoders: TypeDecoders) -> frozenset[str]:
    """The names of a model's fields that hold JSON."""
    fields = [
        f for f in fields_of(stripped(annotation)[0]) if is_json_field(f.annotation, type_decoders)
    ]
    return frozenset(key for field in fields for key in (field.key, *field.other_keys))


# Whole forms


def _as_dict(convert: Convert) -> ReadForm:
    def read(found: Found, errors: Errors) -> Any:
        values: dict[str, Any] = {}
        for key, every in found.items():
            try:
                values[key] = convert(every)
            except DecodeError as error:
                errors.extend(told(error, BODY, key))
            except (ValueError, ArithmeticError) as error:
                wrong(error, key, errors, BODY)
        return {key: value for key, value in values.items() if value is not ABSENT}

    return read


def _files(found: Found) -> list[UploadFile]:
    every = [each for values in found.values() for each in values]
    return [each for each in every if isinstance(each, UploadFile) and _says(each)]


def _one_file(key: str) -> ReadForm:
    def read(found: Found, errors: Errors) -> Any:
        files = _files(found)
        if not files:
            errors.append(InvalidValue("Field required", BODY, whole=key))
        return files[0] if files else None

    return read


def _all_files(convert: Convert) -> ReadForm:
    return lambda found, errors: convert(list(_files(found)))
