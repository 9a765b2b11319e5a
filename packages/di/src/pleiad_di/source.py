"""The text of one function, written line by line, and the function made of it.

The law of this module: only checked identifiers and the `repr` of plain constants enter the text.
Every other object is bound by name and reaches the function through its closure, so nothing that a
user typed can change what the text means.
"""

import builtins
import keyword
import linecache
import re
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from math import isfinite
from types import CellType, CodeType, FunctionType
from typing import Any, TypeAlias

__all__ = ["Cells", "Names", "Source", "Var", "identifier"]

WIDTH = 100
INDENT = "    "
NEUTRAL = "call"

_CONSTANTS = (bool, int, str, type(None))
_BUILTINS = frozenset(dir(builtins))
_GLOBALS = {"__builtins__": builtins}

# PERF: a `weakref.finalize` for each function takes 5 us more.
_labels: dict[weakref.ref[FunctionType], str] = {}

Cells: TypeAlias = dict[int, CellType]
"""What functions are bound to, by its id.

PERF: of 10,000 routes a random one takes 12% less time where each does not bring cells and a dict of
globals of its own into the processor's cache.
"""


class Var(str):
    """The name of a variable, as an argument of a step: written bare, where a `str` is quoted."""

    __slots__ = ()


@lru_cache(maxsize=1024)
def identifier(text: str, default: str = "value") -> str:
    """The nearest Python identifier: `text` itself, or with what does not belong replaced by `_`."""
    name = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_") or default
    if name[0].isdigit():
        name = f"{default}_{name}"
    return f"{name}_" if keyword.iskeyword(name) else name


class Names:
    """The names of one function's variables: each is given out once.

    Args:
        taken: Names that are given out already.
        never: Names that are never given out.
    """

    __slots__ = ("_never", "_taken")

    def __init__(self, taken: Iterable[str] = (), *, never: frozenset[str] = frozenset()) -> None:
        self._taken = {*taken, "__builtins__"}
        self._never = never

    def __contains__(self, name: str) -> bool:
        return name in self._taken or name in self._never

    def __iter__(self) -> Iterator[str]:
        return iter(self._taken)

    def fresh(self, hint: str) -> str:
        """`hint` as an identifier; with a number behind it where the name is taken."""
        wanted = name = identifier(hint)
        number = 2
        while name in self:
            name = f"{wanted}_{number}"
            number += 1
        self._taken.add(name)
        return name


class Source:
    """The source of one async function.

    Args:
        name: What the function is called.
        parameters: Its parameters, as they stand between the parentheses.
        label: The file name that tracebacks show, such as `<pleiad GET /items>`.
        names: The names of the function's variables; a bound object never gets one of them.
        comment: Stands behind the first line.
    """

    __slots__ = (
        "_bound",
        "_depth",
        "_lines",
        "_names",
        "_objects",
        "comment",
        "label",
        "name",
        "parameters",
    )

    def __init__(
        self,
        name: str,
        parameters: Sequence[str],
        *,
        label: str,
        names: Names | None = None,
        comment: str = "",
    ) -> None:
        self.name = identifier(name, NEUTRAL)
        self.parameters = ", ".join(parameters)
        self.label = label
        self.comment = " ".join(comment.split())
        self._names = Names(names or (), never=_BUILTINS)
        self._objects: dict[str, Any] = {}
        self._bound: dict[tuple[str, int], str] = {}
        self._lines: list[str] = []
        self._depth = 1

    def __str__(self) -> str:
        return self._head() + self._body()

    def line(self, text: str) -> None:
        """Write one statement at the present depth."""
        self._lines.append(f"{INDENT * self._depth}{text}")

    def open(self, text: str) -> None:
        """Write the head of a block; what follows stands inside, until `close`."""
        self.line(text)
        self._depth += 1

    def close(self) -> None:
        """End the innermost open block."""
        self._depth -= 1

    def call(
        self, before: str, arguments: Sequence[str], after: str = ")", *, opens: bool = False
    ) -> None:
        """Write `before`, the arguments, `after`: on one line, or too long for it, a line each.

        Args:
            before: Up to the opening parenthesis.
            arguments: What stands between the parentheses.
            after: From the closing parenthesis on.
            opens: Whether what follows stands inside, until `close`.
        """
        text = f"{before}{', '.join(arguments)}{after}"
        if len(text) + len(INDENT) * self._depth <= WIDTH or not arguments:
            self.line(text)
        else:
            self.open(before)
            for argument in arguments:
                self.line(f"{argument},")
            self.close()
            self.line(after)
        self._depth += opens

    def bind(self, hint: str, value: object) -> str:
        """The name under which the function finds `value`: `hint`, or near it where that is taken.

        A callable whose name a variable has is called after what it does: `limit = make_limit()`.
        """
        known = self._bound.get((hint, id(value)))
        if known is None:
            taken = hint in self._names and callable(value)
            known = self._names.fresh(f"make_{hint}" if taken else hint)
            self._bound[hint, id(value)] = known
            self._objects[known] = value
        return known

    def value(self, argument: object, hint: str = "value") -> str:
        """An argument as text: a variable by name, a plain constant by `repr`, the rest bound."""
        if type(argument) is Var:
            return argument
        if type(argument) in _CONSTANTS or (type(argument) is float and isfinite(argument)):
            return _constant(argument)
        return self.bind(hint, argument)

    def compile(self, cells: Cells | None = None) -> FunctionType:
        """The function. Tracebacks, debuggers and `inspect.getsource` find its text in linecache.

        An equal body is compiled once and relabelled: compiling is by far the dear part.

        Args:
            cells: Those of the functions compiled before, which share what they have in common.
        """
        label, body = self._unique_label(), self._body()
        code = _code(self.parameters, ", ".join(self._objects), body).replace(
            co_filename=label, co_name=self.name, co_qualname=self.name
        )
        cells = {} if cells is None else cells
        closure = tuple([self._cell(name, cells) for name in code.co_freevars])
        function = FunctionType(code, _GLOBALS, self.name, None, closure)
        text = self._head() + body
        linecache.cache[label] = (len(text), None, text.splitlines(keepends=True), label)
        _labels[weakref.ref(function, _forget)] = label
        return function

    def _cell(self, name: str, cells: Cells) -> CellType:
        value = self._objects[name]
        found = cells.get(id(value))
        if found is None:
            found = cells[id(value)] = CellType(value)
        return found

    def _head(self) -> str:
        comment = f"  # {self.comment}" if self.comment else ""
        return f"async def {self.name}({self.parameters}):{comment}\n"

    def _body(self) -> str:
        return "\n".join(self._lines or [f"{INDENT}pass"]) + "\n"

    def _unique_label(self) -> str:
        label, number = self.label, 2
        while label in linecache.cache:
            label = f"{self.label[:-1]} #{number}>"
            number += 1
        return label


def _constant(value: object) -> str:
    """A plain constant as a careful person types it: `"text"`, `10_000_000`."""
    if type(value) is int and abs(value) >= 10_000:
        return f"{value:_}"
    text = repr(value)
    return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in text else text


@lru_cache(maxsize=1024)
def _code(parameters: str, bound: str, body: str) -> CodeType:
    """The code object of a neutral function; keyed by text of the program, never of a client."""
    text = f"def bind({bound}):\n async def {NEUTRAL}({parameters}):\n{body}"
    outer = _inner(compile(text, "<pleiad>", "exec"))
    return _inner(outer).replace(co_firstlineno=1)  # the text that is shown begins there


def _forget(function: weakref.ref[FunctionType]) -> None:
    linecache.cache.pop(_labels.pop(function), None)


def _inner(code: CodeType) -> CodeType:
    return next(const for const in code.co_consts if isinstance(const, CodeType))


def callable_name(function: Callable[..., object]) -> str:
    """What people call a callable: its own name, else its class's."""
    name = getattr(function, "__name__", None)
    if isinstance(name, str) and name != "<lambda>":
        return name
    wrapped = getattr(function, "func", None)
    if callable(wrapped):
        return callable_name(wrapped)
    return "function" if name else type(function).__name__
