"""Errors as problem documents (RFC 9457).

{"type": ..., "title": ..., "status": 409, "detail": ..., "instance": "/orders/3", "sku": "A7"}
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from pleiad_http.exceptions import (
    HTTPException,
    ImproperlyConfiguredException,
    ValidationException,
    phrase_of,
)
from pleiad_http.invalid_values import InvalidValue
from pleiad_http.response import Response
from pleiad_http.types import Scope
from pleiad_http.url import URL

__all__ = ["PROBLEM_JSON", "ProblemDetails", "pointer_to"]

PROBLEM_JSON = "application/problem+json"

BLANK = "about:blank"
"""The type of a problem that is no more than its status says; its title is the status's phrase."""

STANDARD = frozenset({"type", "title", "status", "detail", "instance"})

INVALID = "Validation Failed"
"""The title of the one problem of ours that has a type beside those of the statuses."""


class ProblemDetails(msgspec.Struct, frozen=True, kw_only=True):
    """How exceptions become problem documents.

    Without a `base` the type of a problem is `about:blank`, unless the exception says it. With one,
    every kind of problem has its own URI: the base, and the phrase of the status (`not-found`), or
    `validation-failed`, or the `type_` of the exception.

    Attributes:
        base: How the URIs begin, such as `https://example.com/problems/`.

    Raises:
        ImproperlyConfiguredException: A base that no URI can begin with.
    """

    base: str | None = None

    def __post_init__(self) -> None:
        """Look at the base."""
        if self.base is not None and not _BASE.fullmatch(self.base):
            raise ImproperlyConfiguredException(
                f"ProblemDetails(base={self.base!r}): no URI of a problem can begin so: write an"
                " absolute URI that ends with '/', '#' or ':', as 'https://example.com/problems/'"
            )

    def document(self, error: BaseException, path: str) -> dict[str, Any]:
        """The problem document of an exception.

        Of a 500, whatever it is, only the status is told.

        Args:
            error: One of ours with its status; any other is a 500.
            path: The request's path, unquoted: the instance where the exception names none.
        """
        instance = str(URL.from_components(path=path))
        if not isinstance(error, HTTPException) or error.status_code == 500:
            return self._standard(HTTPException(status_code=500), instance)
        document = self._standard(error, error.instance or instance)
        problems = error.problems if isinstance(error, ValidationException) else ()
        if problems:
            document["errors"] = [_entry(each) for each in problems]
        if isinstance(error.extra, Mapping):
            members: Iterable[tuple[str, Any]] = error.extra.items()
            taken = STANDARD | document.keys()
            document |= {key: value for key, value in members if key not in taken}
        elif error.extra is not None and not problems:
            document["extra"] = error.extra
        return document

    def response(self, error: BaseException, scope: Scope) -> Response[dict[str, Any]]:
        """The answer to a request that ended with an exception, the exception's headers included.

        Raises:
            ValueError: A header that cannot be sent.
        """
        known = error if isinstance(error, HTTPException) else None
        return Response(
            self.document(error, scope.get("path", "")),
            status_code=known.status_code if known else 500,
            media_type=PROBLEM_JSON,
            headers=known.headers if known else None,
        )

    def _standard(self, error: HTTPException, instance: str) -> dict[str, Any]:
        phrase = phrase_of(error.status_code)
        name, title = _slug(phrase), phrase
        if isinstance(error, ValidationException) and self.base is not None:
            name, title = _slug(INVALID), INVALID
        if error.type_ is not None:
            name, title = error.type_, phrase
        document = {
            "type": self._uri(name, given=error.type_ is not None),
            "title": error.title or title,
            "status": error.status_code,
            "detail": error.detail,
            "instance": instance,
        }
        return {key: value for key, value in document.items() if value != ""}

    def _uri(self, name: str, *, given: bool) -> str:
        if given and (self.base is None or _ABSOLUTE.match(name)):
            return name
        return f"{self.base}{name}" if self.base is not None and name else BLANK


_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_BASE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~\[\]]*[/#:]")
"""The characters of RFC 3986, section 2, after a scheme."""


def pointer_to(path: Iterable[str | int]) -> str:
    """The JSON pointer to a place, as the fragment of a URI (RFC 6901, section 6).

    Args:
        path: Field names and list indices.
    """
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    text = "".join(f"/{step}" for step in steps)
    return str(URL.from_components(fragment=text)) or "#"


def _entry(problem: InvalidValue) -> dict[str, Any]:
    """What is wrong with one value: of the content by a pointer, of a parameter by its name.

    The pointer of a parameter leads into its value.
    """
    entry: dict[str, Any] = {"detail": problem.message, "source": problem.source}
    if problem.source == "body":
        return {**entry, "pointer": pointer_to(problem.path)}
    if problem.path:
        entry["parameter"] = str(problem.path[0])
    if problem.path[1:]:
        entry["pointer"] = pointer_to(problem.path[1:])
    return entry


@lru_cache(maxsize=64)
def _slug(phrase: str) -> str:
    # PERF: kept, as the phrases are few: 0.9 us each time.
    return re.sub(r"[^a-z0-9]+", "-", phrase.lower()).strip("-")
