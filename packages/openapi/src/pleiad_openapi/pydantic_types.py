"""pydantic describes its own types: `model_config`, validators and serializers are its business."""

import re
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

from pleiad_openapi.components import Reference
from pleiad_openapi.names import fit_name
from pleiad_openapi.operation import Direction
from pleiad_openapi.values import is_array, is_object

__all__ = ["is_for_pydantic_alone", "is_pydantic", "pydantic_schema"]

_MODES: dict[Direction, str] = {"input": "validation", "output": "serialization"}
_IDENTITY = re.compile(r":\d+")
_MODULES = re.compile(r"(?:[\w<>]+\.)+(?=\w)")


def is_pydantic(annotation: Any) -> bool:
    """Whether it is a class of pydantic's: a model, a dataclass, or a type such as `AnyUrl`."""
    if not isinstance(annotation, type):
        return False
    # Classes that only know pydantic, should it be there, are no reason to import it.
    knows = hasattr(annotation, "__get_pydantic_core_schema__") and "pydantic" in sys.modules
    return knows or hasattr(annotation, "__pydantic_validator__")


def is_for_pydantic_alone(item: Any) -> bool:
    """Whether only pydantic understands something in `Annotated`: a discriminator, a schema's writer."""
    if getattr(item, "discriminator", None):
        return True
    return hasattr(item, "__get_pydantic_json_schema__") and not isinstance(item, type)


Register = Callable[[Reference, str, str, dict[str, Any]], None]
"""Takes a component: its reference, its name, the place of its type, its schema."""


def pydantic_schema(annotation: Any, direction: Direction, register: Register) -> dict[str, Any]:
    """The schema of one of pydantic's types; the models in it are registered.

    Raises:
        TypeError: pydantic knows no schema for it.
    """
    from pydantic import TypeAdapter
    from pydantic.errors import PydanticUserError

    core: Any = (
        annotation.__dict__.get("__pydantic_core_schema__") if _is_class(annotation) else None
    )
    try:
        if not isinstance(core, dict):
            core = TypeAdapter(annotation).core_schema
        generator = _generator()(by_alias=True, ref_template="{model}")
        mode = cast("Any", _MODES[direction])
        found, definitions = generator.generate_definitions([("it", mode, cast("Any", core))])
    except PydanticUserError as error:
        raise TypeError(str(error).splitlines()[0]) from None
    for reference, schema in definitions.items():
        place = _IDENTITY.sub("", reference)
        shown = _MODULES.sub("", place)
        if schema.get("title") == shown:
            del schema["title"]  # the component's name says it
        register(Reference(reference, direction), fit_name(shown), place, _own(schema, direction))
    return cast("dict[str, Any]", _own(next(iter(found.values())), direction))


def _is_class(annotation: Any) -> bool:
    return isinstance(annotation, type)


def _own(schema: Any, direction: Direction) -> Any:
    """The schema with references of ours."""
    if is_array(schema):
        return [_own(each, direction) for each in schema]
    if not is_object(schema):
        return schema
    own: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "$ref" and isinstance(value, str):
            own[key] = Reference(value, direction)
        elif key == "discriminator" and "mapping" in value:
            mapping = {tag: Reference(text, direction) for tag, text in value["mapping"].items()}
            own[key] = {**value, "mapping": mapping}
        else:
            own[key] = _own(value, direction)
    return own


_METHODS: dict[Any, str] = {}


@lru_cache(maxsize=1)
def _generator() -> Any:
    from pydantic.json_schema import GenerateJsonSchema

    class Generator(GenerateJsonSchema):
        """Calls a definition what pydantic calls the type itself, and titles no field."""

        def get_defs_ref(self, core_mode_ref: Any) -> Any:
            # Without it pydantic gives names of its own, from which no class is to be told.
            choices = cast("Any", self)._prioritized_defsref_choices  # noqa: SLF001
            choices[core_mode_ref[0]] = [core_mode_ref[0]]
            return core_mode_ref[0]

        def build_schema_type_to_method(self) -> Any:
            # PERF: pydantic looks for 60 methods by name, 0.3 ms for each generator.
            if not _METHODS:
                methods = super().build_schema_type_to_method()
                _METHODS.update({kind: each.__name__ for kind, each in methods.items()})
            return {kind: getattr(self, name) for kind, name in _METHODS.items()}

        def sort(self, value: Any, parent_key: str | None = None) -> Any:
            return value  # fields stand in the order of their declaration

        def encode_default(self, dft: Any) -> Any:
            # PERF: pydantic makes a TypeAdapter for each, 0.15 ms.
            known = dft is None or type(dft) in (str, int, bool)
            return dft if known else super().encode_default(dft)

        def field_title_should_be_set(self, schema: Any) -> bool:
            return False

    return Generator
