"""Path templates: `/users/{id:int}/files/{rest:path}`, read once."""

import re
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pleiad_routing.errors import NoRouteFound, TemplateError, did_you_mean
from pleiad_routing.parameters import STANDARD, ParameterType
from pleiad_routing.quote import quote_path, quote_segment

__all__ = ["Placeholder", "Template"]

_PLACEHOLDER = re.compile(r"\{\s*(?P<name>[^{}:]*?)\s*(?P<typed>:\s*(?P<type>[^{}]*?)\s*)?\}")


class Placeholder:
    """A segment of a template that stands for a value.

    Attributes:
        name: The name of the value.
        type: How it is read and written.
    """

    __slots__ = ("name", "type")

    def __init__(self, name: str, type: ParameterType) -> None:  # noqa: A002
        self.name = name
        self.type = type

    def __str__(self) -> str:
        return f"{{{self.name}:{self.type.name}}}"

    __repr__ = __str__


class Template:
    """A path template.

    Args:
        path: Segments between slashes: literal text, decoded, or `{name:type}`. Slashes at the ends
            do not count.
        types: The types it may use.

    Attributes:
        path: The template in its one canonical form.
        segments: Literal text, or a `Placeholder`.
        parameters: The types of its parameters, by name, in order.

    Raises:
        TemplateError: It cannot be read.
    """

    __slots__ = ("parameters", "path", "segments")

    def __init__(self, path: str, types: Mapping[str, ParameterType] = STANDARD) -> None:
        inner = path.strip("/")
        parts = inner.split("/") if inner else []
        self.segments = tuple(_segment(path, part, types) for part in parts)
        self.parameters: Mapping[str, ParameterType] = MappingProxyType(
            _parameters(path, self.segments)
        )
        self.path = "/" + "/".join(str(each) for each in self.segments)

    def __str__(self) -> str:
        return self.path

    def __repr__(self) -> str:
        return f"Template({self.path!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Template) and self.path == other.path

    def __hash__(self) -> int:
        return hash(self.path)

    @staticmethod
    def join(*paths: str) -> str:
        """Paths one below the other: `("/api/", "users", "/")` is `/api/users`."""
        return "/" + "/".join(inner for path in paths if (inner := path.strip("/")))

    def format(self, /, **values: Any) -> str:
        """The path with these values in it, quoted (RFC 3986, section 2).

        Args:
            **values: A value for each parameter, as `ParameterType.write` takes it. Slashes before
                and after the rest of a path do not count, so nothing makes a `//host` of it.

        Raises:
            NoRouteFound: A value is missing, unknown, or not of its type.
        """
        unknown = sorted(values.keys() - self.parameters.keys())
        if unknown:
            hint = did_you_mean(unknown[0], self.parameters)
            raise NoRouteFound(f"path '{self}' has no parameter '{unknown[0]}'.{hint}")
        missing = [name for name in self.parameters if name not in values]
        if missing:
            raise NoRouteFound(f"path '{self}' needs a value for '{missing[0]}'")
        return "/" + "/".join(
            quote_segment(each) if isinstance(each, str) else self._written(each, values[each.name])
            for each in self.segments
        )

    def _written(self, each: Placeholder, value: Any) -> str:
        try:
            text = each.type.write(value)
            return quote_path(text) if each.type.rest else quote_segment(text)
        except (ValueError, ArithmeticError):
            raise NoRouteFound(
                f"path '{self}': {_shown(value)} is no value for '{each.name}', which is"
                f" of type '{each.type.name}'"
            ) from None


def _shown(value: object) -> str:
    try:
        return f"{value!r:.80}"
    except ValueError:  # an int of more digits than Python writes
        return f"this {type(value).__name__}"


def _segment(path: str, part: str, types: Mapping[str, ParameterType]) -> str | Placeholder:
    if "{" not in part and "}" not in part:
        return _literal(path, part)
    found = _PLACEHOLDER.fullmatch(part)
    if found is None:
        paired = part.count("{") == part.count("}")
        raise TemplateError(
            path,
            f"segment '{part}' {'mixes text and braces' if paired else 'has a brace alone'}",
            "a parameter is a whole segment, such as '{name:str}'",
        )
    name, kind = found["name"], found["type"]
    if not name.isidentifier():
        raise TemplateError(path, f"'{name}' is no parameter name", "take a Python identifier")
    if not kind:
        raise TemplateError(path, f"parameter '{name}' has no type", f"write '{{{name}:str}}'")
    if kind not in types:
        raise TemplateError(
            path,
            f"parameter '{name}' has the unknown type '{kind}'.{did_you_mean(kind, types)}",
            f"the types are {', '.join(types)}",
        )
    return Placeholder(sys.intern(name), types[kind])


def _literal(path: str, part: str) -> str:
    if not part:
        raise TemplateError(path, "it has an empty segment", "write a single slash")
    try:
        quote_segment(part)
    except UnicodeEncodeError:
        raise TemplateError(
            ascii(path)[1:-1], "it holds half of a surrogate pair", "write the whole character"
        ) from None
    return sys.intern(part)


def _parameters(path: str, segments: tuple[str | Placeholder, ...]) -> dict[str, ParameterType]:
    found: dict[str, ParameterType] = {}
    for index, each in enumerate(segments):
        if isinstance(each, str):
            continue
        if each.name in found:
            raise TemplateError(path, f"parameter '{each.name}' stands twice", "rename one of them")
        if each.type.rest and index < len(segments) - 1:
            raise TemplateError(
                path,
                f"'{each}' takes the rest of the path, so what follows it is never reached",
                "let it stand last",
            )
        found[each.name] = each.type
    return found
