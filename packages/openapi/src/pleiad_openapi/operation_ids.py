"""Every operation gets a name: what a client generator calls the function."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pleiad_openapi.errors import OpenAPIError
from pleiad_openapi.operation import Operation

__all__ = ["check_ids", "operation_ids", "segments_of"]

_FIT = re.compile(r"[A-Za-z_][\w.\-/:]*")
_WORD = re.compile(r"[A-Za-z0-9]+")


def operation_ids(operations: Sequence[Operation]) -> list[str]:
    """The id of each operation: its own, or its name as far as that tells it from the others.

    Where several have one name, each gets its path to it (`list` at `/users` becomes `list_users`),
    and its method where that is not enough.
    """
    taken = {each.operation_id for each in operations if each.operation_id}
    left = [each for each in operations if not each.operation_id]
    choices = [[make(each) for make in _CHOICES] for each in left]
    known: list[Counter[str]] = [Counter(at) for at in zip(*choices, strict=True)]
    chosen = iter(
        next(
            (c for c, seen in zip(each, known, strict=True) if seen[c] == 1 and c not in taken),
            each[-1],
        )
        for each in choices
    )
    return [each.operation_id or next(chosen) for each in operations]


def check_ids(operations: Sequence[Operation], ids: Sequence[str]) -> Iterator[OpenAPIError]:
    """What is wrong with the ids: two alike, or one that no generator can make a name of."""
    owners: dict[str, Operation] = {}
    for operation, own in zip(operations, ids, strict=True):
        owner = owners.setdefault(own, operation)
        if owner is not operation:
            yield OpenAPIError(
                (owner.label, operation.label),
                f"both have the operation id '{own}'",
                "give one of them another operation_id",
            )
        elif not _FIT.fullmatch(own):
            yield OpenAPIError(
                (operation.label,),
                f"{own!r} is no operation id",
                "begin with a letter, and go on with letters, digits and any of _ . - / :",
            )


def segments_of(path: str) -> list[str]:
    """The segments of a path: `["items", "{id}"]`."""
    return [each for each in path.split("/") if each]


def _name(operation: Operation) -> str:
    return operation.name or _with_all(operation)


def _with_path(operation: Operation) -> str:
    name = _WORD.findall(operation.name)
    words = [word for word in _WORD.findall(operation.path) if word not in name]
    return "_".join([operation.name or operation.method.lower(), *words])


def _with_all(operation: Operation) -> str:
    words = _WORD.findall(operation.path)
    return "_".join(
        [*([operation.name] if operation.name else []), operation.method.lower(), *words]
    )


_CHOICES = (_name, _with_path, _with_all)
