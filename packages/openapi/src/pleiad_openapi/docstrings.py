"""Docstrings in Google's style: the prose, and what is said of each name."""

import inspect
import re
from functools import lru_cache
from typing import Any

__all__ = ["doc_of", "read_docstring"]

_HEADING = re.compile(r"^([A-Z][A-Za-z ]*):[ \t]*$", re.MULTILINE)
_SECTIONS = frozenset(
    {"args", "arguments", "attributes", "example", "examples", "keyword-args", "note", "notes"}
    | {"parameters", "raises", "references", "return", "returns", "see-also", "todo", "warning"}
    | {"warnings", "yield", "yields"}
)
_NAMES = frozenset({"args", "arguments", "attributes", "parameters", "keyword-args"})
_ENTRY = re.compile(r"^(\w+)(?:[ ]*\([^)]*\))?:[ \t]*(.*)$")


@lru_cache(maxsize=4096)
def read_docstring(text: str | None) -> tuple[str, dict[str, str]]:
    """The prose before the first section, and by name what sections such as `Args:` say."""
    if not text:
        return "", {}
    clean = inspect.cleandoc(text)
    headings = [each for each in _HEADING.finditer(clean) if _section(each[1]) in _SECTIONS]
    if not headings:
        return clean.strip(), {}
    names: dict[str, str] = {}
    ends = [each.start() for each in headings[1:]] + [len(clean)]
    for heading, end in zip(headings, ends, strict=True):
        if _section(heading[1]) in _NAMES:
            names.update(_entries(clean[heading.end() : end]))
    return clean[: headings[0].start()].strip(), names


def doc_of(cls: Any) -> str | None:
    """The docstring that a class's author wrote; not one that a decorator or a base gave it."""
    found: object = cls.__dict__.get("__doc__")
    if not isinstance(found, str) or found.startswith(f"{cls.__name__}("):
        return None
    return found


def _section(heading: str) -> str:
    return heading.strip().lower().replace(" ", "-")


def _entries(section: str) -> dict[str, str]:
    found: dict[str, str] = {}
    name, indent = "", None
    for line in inspect.cleandoc("\n" + section.strip("\n")).splitlines():
        depth = len(line) - len(line.lstrip())
        indent = depth if indent is None else indent
        entry = _ENTRY.match(line.strip()) if depth == indent else None
        if entry:
            name = entry[1]
            found[name] = entry[2].strip()
        elif name and line.strip():
            found[name] = f"{found[name]} {line.strip()}".strip()
    return found
