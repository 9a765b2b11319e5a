"""What subclasses of `Operation` say of themselves, once everything else is written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pleiad_openapi.errors import OpenAPIError
from pleiad_openapi.operation import Operation
from pleiad_openapi.spec import plain
from pleiad_openapi.values import is_object

__all__ = ["have_own_words", "say_own_words"]

Object = dict[str, Any]
Webhooks = Mapping[str, Operation | Sequence[Operation]]

FIELDS = frozenset(
    {
        "callbacks",
        "deprecated",
        "description",
        "externalDocs",
        "operationId",
        "parameters",
        "requestBody",
        "responses",
        "security",
        "servers",
        "summary",
        "tags",
    }
)
"""What an operation of a document may have, besides extensions."""


def have_own_words(operations: Iterable[Operation], webhooks: Webhooks) -> bool:
    """Whether an operation, or one within it, has a `to_schema` of its own."""
    sent = (each for several in webhooks.values() for each in _several(several))
    return any(
        _overrides(each) or any(have_own_words(called, {}) for *_, called in _callbacks(each))
        for each in (*operations, *sent)
    )


def say_own_words(
    document: Object, operations: Iterable[Operation], webhooks: Webhooks
) -> Iterator[OpenAPIError]:
    """Put into a document what operations say in the place of what was written of them.

    Args:
        document: The document, which is changed.
        operations: The operations in it.
        webhooks: Those that the API sends.

    Yields:
        What is wrong with what they say.
    """
    for operation in operations:
        yield from _say(document["paths"].get(operation.path, {}), operation, operation.label)
    for name, several in webhooks.items():
        item = document.get("webhooks", {}).get(name, {})
        for operation in _several(several):
            yield from _say(item, operation, f"webhook {name}")


def _say(item: Object, operation: Operation, label: str) -> Iterator[OpenAPIError]:
    """The same for a path: those within the operation come first."""
    place, method = item, operation.method.lower()
    if method not in place:
        place, method = item.get("additionalOperations", {}), operation.method
    if method not in place:
        return  # OpenAPI 3.1 has not every method
    for name, url, several in _callbacks(operation):
        for each in several:
            called = place[method]["callbacks"][name][url]
            yield from _say(called, each, f"{label}, callback {name}")
    if _overrides(operation):
        # A copy, for operations share what they have in common, such as the response to an error.
        said = operation.to_schema(plain(place[method]))
        problem = _problem(said, f"{type(operation).__name__}.to_schema")
        if problem is None:
            place[method] = plain(said)
        else:
            yield OpenAPIError((label,), *problem)


def _problem(said: Any, who: str) -> tuple[str, str] | None:
    """What is wrong with what an operation says, and the repair."""
    if not is_object(said):
        return f"{who} gives no dict: {said!r:.80}", "return the one that it takes, changed"
    for name in said.keys() - FIELDS:
        if not str(name).startswith("x-"):
            known = ", ".join(sorted(FIELDS))
            extension = f"x-{str(name).removeprefix('x_').replace('_', '-')}"
            return f"{who} gives '{name}'", f"write '{extension}', or one of {known}"
    try:
        plain(said)
    except TypeError as error:
        return f"{who} gives what JSON cannot hold: {error}", "give builtins"
    return None


def _overrides(operation: Operation) -> bool:
    return type(operation).to_schema is not Operation.to_schema


def _several(operations: Operation | Sequence[Operation]) -> Sequence[Operation]:
    return (operations,) if isinstance(operations, Operation) else operations


def _callbacks(operation: Operation) -> Iterator[tuple[str, str, Sequence[Operation]]]:
    for name, urls in operation.callbacks.items():
        for url, several in urls.items():
            yield name, url, several
