"""The document of an app: each of its routes becomes an operation."""

from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pleiad.layer import Layer
from pleiad.openapi.known_types import KnownTypes
from pleiad.openapi.request import document_path, parameters_of, request_body_of
from pleiad.openapi.responses import responses_of
from pleiad.plan import RoutePlan
from pleiad_http import ImproperlyConfiguredException
from pleiad_openapi import (
    Document,
    OpenAPIConfig,
    OpenAPIErrors,
    Operation,
    Parameter,
    Response,
)
from pleiad_routing import Template

__all__ = ["AppDocument", "document_of"]


class AppDocument(Document):
    """The document of an app; what is wrong with it is what is wrong with the app."""

    def check(self) -> None:
        """Look whether it can be built.

        Raises:
            ImproperlyConfiguredException: Two models of one name, a bad operation id, a type that
                nobody knows.
        """
        with _as_ours():
            super().check()

    def built(self) -> "AppDocument":
        """The document, built; raises what `check` does."""
        with _as_ours():
            _ = self.value
        return self


@contextmanager
def _as_ours() -> Generator[None, None, None]:
    try:
        yield
    except OpenAPIErrors as error:
        raise ImproperlyConfiguredException(str(error)) from None


def document_of(
    plans: Sequence[tuple[RoutePlan, Template]], config: OpenAPIConfig, *, problem_details: bool
) -> AppDocument:
    """The document of an app's routes; it is built when it is first asked for.

    Args:
        plans: Those of the routes, with their paths.
        config: What is said of the document as a whole.
        problem_details: Whether errors are answered with problem documents.
    """
    shown = [each for each in plans if _layer(each).about.include_in_schema is not False]
    known = KnownTypes(map(_layer, shown))
    return AppDocument(
        config,
        lambda: _operations(shown, config, problem_details=problem_details),
        stands_for=known,
    )


def _layer(described: tuple[RoutePlan, Template]) -> Layer:
    return described[0].handler.layer


def _operations(
    plans: Iterable[tuple[RoutePlan, Template]], config: OpenAPIConfig, *, problem_details: bool
) -> Iterator[Operation]:
    """The operations of routes, in their order."""
    taken: Counter[tuple[str, str]] = Counter()
    for plan, template in plans:
        path = document_path(template, {})
        names: dict[str, str] = {}
        taken[plan.method, path] += 1
        if taken[plan.method, path] > 1:
            # Two templates may differ in a type alone, which no path of a document shows.
            names = {name: f"{name}_{each.name}" for name, each in template.parameters.items()}
            path = document_path(template, names)
        responses = responses_of(plan, template, problem_details=problem_details)
        yield _operation(plan, path, parameters_of(plan, template, names), responses, config)


def _operation(
    plan: RoutePlan,
    path: str,
    parameters: tuple[Parameter, ...],
    responses: Mapping[int | str, Response],
    config: OpenAPIConfig,
) -> Operation:
    about, handler = plan.handler.layer.about, plan.handler
    doc = getattr(handler.fn, "__doc__", None) if config.use_handler_docstrings else None
    return Operation(
        method=plan.method,
        path=path,
        name=handler.name or handler.handler_name,
        operation_id=_operation_id(plan, path, config),
        summary=about.summary or _in_words(handler.handler_name),
        description=about.description or doc,
        tags=about.tags,
        deprecated=bool(about.deprecated),
        external_docs=about.external_docs,
        parameters=parameters,
        body=request_body_of(plan),
        responses=responses,
        security=about.security or None,
        callbacks={
            key: {url: tuple(each) for url, each in urls.items()}
            for key, urls in about.callbacks.items()
        },
    )


def _operation_id(plan: RoutePlan, path: str, config: OpenAPIConfig) -> str | None:
    given: Any = plan.handler.layer.about.operation_id
    make = given if callable(given) else config.operation_id_creator
    if given is not None and not callable(given):
        return str(given)
    segments = [each for each in path.split("/") if each]
    return None if make is None else str(make(plan.handler, plan.method, segments))


def _in_words(name: str) -> str:
    """A function's name as a line of prose: `get_item` is `Get item`."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
