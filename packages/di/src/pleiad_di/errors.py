"""What can be wrong with a program's dependencies.

    DependencyError                 the base of all that follows
    ├── DependencyErrors            all problems of one program, found at once
    ├── ProviderError               the provider itself cannot be one
    ├── MissingProvider             a parameter that nothing gives
    ├── UnannotatedParameter        a parameter whose type nobody knows
    ├── UnresolvedAnnotation        an annotation that names what is not there
    ├── AmbiguousProvider           a parameter that several give
    ├── DependencyCycle             providers that wait for each other
    ├── LifetimeError               a provider that outlives what it asks for
    ├── TypeMismatch                a provider's result, or a default, of another type
    └── NotOpen                     an app-scoped value asked for before the start

All but `NotOpen` are faults of the program and are found before the first call.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Union, cast, get_args, get_origin

__all__ = [
    "AmbiguousProvider",
    "DependencyCycle",
    "DependencyError",
    "DependencyErrors",
    "LifetimeError",
    "MissingProvider",
    "NotOpen",
    "ProviderError",
    "TypeMismatch",
    "UnannotatedParameter",
    "UnresolvedAnnotation",
    "near",
    "type_name",
]


class DependencyError(Exception):
    """One problem.

    Attributes:
        path: Who asks: the function, then the providers on the way to the problem.
        found: What is wrong there.
        repair: What to do about it.
    """

    def __init__(self, path: Sequence[str], found: str, repair: str) -> None:
        super().__init__(found)
        self.path = tuple(path)
        self.found = found
        self.repair = repair

    def __str__(self) -> str:
        return f"{' -> '.join(self.path)}: {self.found}: {self.repair}"


class DependencyErrors(DependencyError):
    """Every problem of a program.

    Attributes:
        problems: Each of them, in the order found.
    """

    def __init__(self, problems: Iterable[DependencyError]) -> None:
        self.problems = tuple(problems)
        super().__init__((), "", "")

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class ProviderError(DependencyError):
    """The provider cannot be called as it stands, or its options exclude each other."""


class MissingProvider(DependencyError):
    """A parameter without default that nothing gives."""


class UnannotatedParameter(DependencyError):
    """A parameter without annotation."""


class UnresolvedAnnotation(DependencyError):
    """An annotation that cannot be resolved at run time."""


class AmbiguousProvider(DependencyError):
    """More than one provider, or a provider and another source, could give the value."""


class DependencyCycle(DependencyError):
    """Providers that need each other."""


class LifetimeError(DependencyError):
    """A provider lives longer than something it takes."""


class TypeMismatch(DependencyError):
    """The type that arrives is not the type that the parameter takes."""


class NotOpen(DependencyError):
    """A value with the app's lifetime was asked for while the app was not running."""


def near(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` is most likely a slip of."""
    return next(iter(get_close_matches(name, list(known), n=1, cutoff=0.7)), None)


def type_name(annotation: object) -> str:
    """An annotation as a programmer writes it, without the modules of its classes."""
    if annotation in (None, NoneType):
        return "None"
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return " | ".join(map(type_name, arguments))
    if isinstance(annotation, list):  # the parameters of a callable
        return f"[{', '.join(map(type_name, cast('list[object]', annotation)))}]"
    if isinstance(origin, type) and arguments:
        inner = ", ".join("..." if each is Ellipsis else type_name(each) for each in arguments)
        return f"{origin.__name__}[{inner}]"
    if isinstance(annotation, type):
        return annotation.__name__
    return str(annotation).replace("typing.", "")
