"""The documents of an app: each of its routes becomes an operation, each of its WebSockets a channel."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Self

from pleiad.declaring.layer import Layer
from pleiad.openapi.known_types import KnownTypes
from pleiad.openapi.naming import in_words, operation_id_of
from pleiad.openapi.request import parameters_of, placed, request_body_of
from pleiad.openapi.responses import responses_of
from pleiad.openapi.sockets import channels_of
from pleiad.planning.plan import RoutePlan
from pleiad.planning.socket_plan import SocketPlan
from pleiad_http import ImproperlyConfiguredException
from pleiad_openapi import (
    Document,
    OpenAPIConfig,
    OpenAPIErrors,
    Operation,
    Parameter,
    Response,
)
from pleiad_openapi.asyncapi import AsyncDocument
from pleiad_openapi.document_file import DocumentFile
from pleiad_routing import Template

__all__ = ["AppAsyncDocument", "AppDocument", "async_document_of", "check_all", "document_of"]


class OfApp(DocumentFile):
    """A document of an app: what is wrong with it is what is wrong with the app."""

    def check(self) -> None:
        """Look whether it can be built.

        Raises:
            ImproperlyConfiguredException: Two models of one name, a bad operation id, a type that
                nobody knows.
        """
        with _as_ours():
            super().check()  # type: ignore[safe-super]  # that of the document it is

    def built(self) -> Self:
        """The document, built; raises what `check` does."""
        with _as_ours():
            _ = self.value
        return self


class AppDocument(OfApp, Document):
    """The OpenAPI document of an app."""


class AppAsyncDocument(OfApp, AsyncDocument):
    """The AsyncAPI document of an app."""


def check_all(documents: Iterable[OfApp]) -> None:
    """Look whether documents can be built.

    Raises:
        ImproperlyConfiguredException: All that is wrong with any of them.
    """
    problems: list[str] = []
    for each in documents:
        try:
            each.check()
        except ImproperlyConfiguredException as error:
            problems.append(error.detail)
    if problems:
        raise ImproperlyConfiguredException("\n".join(problems))


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


def async_document_of(
    plans: Sequence[tuple[SocketPlan, Template]], config: OpenAPIConfig
) -> AppAsyncDocument:
    """The document of an app's WebSockets; it is built when it is first asked for.

    Args:
        plans: Those of the routes, with their paths.
        config: What is said of the document as a whole.
    """
    shown = [each for each in plans if _layer(each).about.include_in_schema is not False]
    known = KnownTypes(map(_layer, shown))
    return AppAsyncDocument(config, lambda: channels_of(shown, config), stands_for=known)


def _layer(described: tuple[RoutePlan | SocketPlan, Template]) -> Layer:
    return described[0].handler.layer


def _operations(
    plans: Iterable[tuple[RoutePlan, Template]], config: OpenAPIConfig, *, problem_details: bool
) -> Iterator[Operation]:
    """The operations of routes, in their order."""
    for plan, template, path, names in placed(plans):
        responses = responses_of(
            plan, template, problem_details=problem_details, examples=config.create_examples
        )
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
    return _made(
        about.operation_class or Operation,
        method=plan.method,
        path=path,
        name=handler.name or handler.handler_name,
        operation_id=operation_id_of(plan, path, config),
        summary=about.summary or in_words(handler.handler_name),
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


def _made(operation_class: Callable[..., Any], **fields: Any) -> Operation:
    """An operation of the class that the user chose."""
    label = f"{fields['method']} {fields['path']}: operation_class={operation_class!r:.80}"
    try:
        made = operation_class(**fields)
    except TypeError as error:
        raise ImproperlyConfiguredException(f"{label}: {error}") from error
    if not isinstance(made, Operation):
        raise ImproperlyConfiguredException(
            f"{label} makes no operation: give a subclass of pleiad.openapi.Operation"
        )
    return made
