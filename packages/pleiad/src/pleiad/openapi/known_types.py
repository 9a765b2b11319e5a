"""How this framework's own types, and those that only a program's encoders know, look in a document."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, get_type_hints

from pleiad.declaring.layer import Layer
from pleiad_http import FormMultiDict, SecretBytes, SecretString, State, UploadFile

__all__ = ["KnownTypes"]

SECRET: Mapping[str, Any] = {"type": "string", "format": "password"}

OWN: Mapping[Any, Mapping[str, Any]] = {
    UploadFile: UploadFile.__get_pydantic_json_schema__(None, None),
    SecretString: SECRET,
    SecretBytes: SECRET,
    FormMultiDict: {"type": "object"},
    State: {"type": "object"},
}


class KnownTypes:
    """What a class stands for in the document.

    What an encoder (`type_encoders`) is annotated to return is what clients get; of what only a
    decoder (`type_decoders`) knows, nobody can say more than that it is something.

    Args:
        layers: Those of all handlers.
    """

    def __init__(self, layers: Iterable[Layer]) -> None:
        self._encoders: dict[Any, Callable[[Any], Any]] = {}
        self._decoded: list[Callable[[Any], bool]] = []
        for layer in layers:
            for cls, encode in layer.type_encoders.items():
                self._encoders.setdefault(cls, encode)
            self._decoded += [fits for fits, _ in layer.type_decoders if fits not in self._decoded]

    def __call__(self, cls: Any, direction: str) -> Any:
        """A schema, another type, or `None` where it is nothing special."""
        for base in getattr(cls, "__mro__", (cls,)):
            if base in OWN:
                return OWN[base]
            if direction == "output" and base in self._encoders:
                return _returned(self._encoders[base])
        if direction == "input" and any(_fits(each, cls) for each in self._decoded):
            return Any
        return None


def _returned(encode: Callable[[Any], Any]) -> Any:
    """What an encoder gives."""
    if isinstance(encode, type):
        return encode
    try:
        return get_type_hints(encode).get("return", Any)
    except (NameError, TypeError):
        return Any


def _fits(predicate: Callable[[Any], bool], cls: Any) -> bool:
    try:
        return predicate(cls)
    except TypeError:  # issubclass of what is no class
        return False
