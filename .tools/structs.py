"""For griffe: the fields of a msgspec Struct are what its constructor takes.

The reference of the site shows them, and the release check sees a field that was taken away, moved,
or added without a default.
"""

from collections.abc import Iterator
from contextlib import suppress

from griffe import (
    Attribute,
    Class,
    Expr,
    ExprCall,
    ExprKeyword,
    Extension,
    Function,
    GriffeError,
    Module,
    Parameter,
    ParameterKind,
    Parameters,
)

STRUCT = "msgspec.Struct"
FIELD = "msgspec.field"


def own_bases(found: Class) -> Iterator[Class]:
    """Give the base classes that stand in packages griffe has read, the last one first."""
    for base in reversed(found.bases):
        path = base.canonical_path if isinstance(base, Expr) else str(base)
        with suppress(KeyError, GriffeError):
            target = found.modules_collection[path]
            target = target.final_target if target.is_alias else target
            if isinstance(target, Class):
                yield target


def is_struct(found: Class) -> bool:
    """Whether a class is a Struct, by itself or by a base."""
    named = any(isinstance(base, Expr) and base.canonical_path == STRUCT for base in found.bases)
    return named or any(is_struct(base) for base in own_bases(found))


def default_of(field: Attribute) -> str | Expr | None:
    """Give what stands for a field that is left out; `None` where it must be given."""
    value = field.value
    if not isinstance(value, ExprCall) or value.canonical_path != FIELD:
        return value
    given = {a.name: a.value for a in value.arguments if isinstance(a, ExprKeyword)}
    return given.get("default", given.get("default_factory"))


def parameters_of(found: Class) -> dict[str, Parameter]:
    """Give what the constructor takes, the fields of the bases first."""
    taken: dict[str, Parameter] = {}
    for base in own_bases(found):
        taken |= parameters_of(base)
    keyword_only = str(found.keywords.get("kw_only")) == "True"
    kind = ParameterKind.keyword_only if keyword_only else ParameterKind.positional_or_keyword
    for name, field in found.members.items():
        if isinstance(field, Attribute) and "instance-attribute" in field.labels:
            default = default_of(field)
            taken[name] = Parameter(name, annotation=field.annotation, kind=kind, default=default)
    return taken


def constructor_of(found: Class) -> Function:
    """Give the `__init__` that msgspec makes."""
    kinds = (ParameterKind.positional_or_keyword, ParameterKind.keyword_only)
    taken = sorted(parameters_of(found).values(), key=lambda each: kinds.index(each.kind))
    parameters = Parameters(Parameter("self", kind=kinds[0]), *taken)
    return Function("__init__", lineno=0, endlineno=0, parent=found, parameters=parameters)


class StructExtension(Extension):
    """Gives each Struct its constructor."""

    def on_package(self, *, pkg: Module, **_: object) -> None:
        """Look through one package, once all of it is read."""
        self.give_constructors(pkg)

    def give_constructors(self, found: Module | Class) -> None:
        """Look through a module or class, and all that stands in it."""
        for member in tuple(found.members.values()):
            if isinstance(member, Module | Class):
                self.give_constructors(member)
        if isinstance(found, Class) and "__init__" not in found.members and is_struct(found):
            found.set_member("__init__", constructor_of(found))
