"""TypedDicts whose keys have qualifiers that msgspec does not read.

A qualifier says something of a key, not of the values there. `ReadOnly` (PEP 705) binds the code that
holds the dict, so what is decoded and encoded is the type within it. msgspec reads `Required` and
`NotRequired` where they stand outermost, and refuses a class with anything else.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Annotated, Any, NotRequired, Required, get_args, get_origin

import msgspec

from pleiad_http.kinds import Kind, field_types

__all__ = ["readable", "unqualified"]

_QUALIFIERS: Mapping[str | None, bool | None] = {
    "Required": True,
    "NotRequired": False,
    "ReadOnly": None,
}
"""Whether the key must be there. By name: Python 3.13 has its own `ReadOnly`, and before it came from
elsewhere."""

_READING = Lock()


def unqualified(annotation: Any) -> tuple[Any, bool | None]:
    """The type of a key without its qualifiers, and what they say of whether it must be there.

    They stand in any order, and within `Annotated`, whose metadata stays.
    """
    required: bool | None = None
    metadata: tuple[Any, ...] = ()
    while True:
        origin = get_origin(annotation)
        name = None if isinstance(origin, type) else getattr(origin, "_name", None)
        if origin is Annotated:
            metadata = (*annotation.__metadata__, *metadata)
            annotation = annotation.__origin__
        elif name in _QUALIFIERS:
            said = _QUALIFIERS[name]
            required = required if said is None else said
            annotation = get_args(annotation)[0]
        else:
            return (Annotated[(annotation, *metadata)] if metadata else annotation), required


@contextmanager
def readable(classes: Mapping[type[Any], Kind]) -> Generator[None]:
    """Within it, msgspec reads the TypedDicts among some classes, and those that it would refuse.

    It looks at the annotations of a class once, and keeps with the class what it found: so for that
    moment the class has equivalent ones. Another class in its place would not be reached by way of a
    Struct or a dataclass, whose fields name this one.

    Args:
        classes: What `classes_in` found in the annotation that is to be read.

    Raises:
        TypeError: msgspec refuses one of them for another reason.
    """
    typed_dicts = [cls for cls, kind in classes.items() if kind is Kind.TYPED_DICT]
    equivalent = {cls: plain for cls in typed_dicts if (plain := _plain(cls)) is not None}
    if not equivalent:
        yield
        return
    with _READING, _annotated(equivalent):
        for cls in equivalent:  # also those that only a hook will ask msgspec for
            msgspec.msgpack.Decoder(cls)
        yield


def _plain(typed_dict: Any) -> dict[str, Any] | None:
    """Its annotations as msgspec reads them; `None` where it reads those that it has."""
    hints = field_types(typed_dict)
    plain: dict[str, Any] = {}
    for name, each in hints.items():
        inner, required = unqualified(each)
        plain[name] = inner if required is None else (NotRequired, Required)[required][inner]
    return None if plain == hints else plain


@contextmanager
def _annotated(annotations: Mapping[Any, dict[str, Any]]) -> Generator[None]:
    own = {cls: cls.__annotations__ for cls in annotations}
    try:
        for cls, each in annotations.items():
            cls.__annotations__ = each
        yield
    finally:
        for cls, each in own.items():
            cls.__annotations__ = each
