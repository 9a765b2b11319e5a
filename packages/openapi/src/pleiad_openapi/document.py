"""Operations become an OpenAPI document (OpenAPI 3.1 and 3.2, section 4)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pleiad_openapi.config import OpenAPIConfig
from pleiad_openapi.docstrings import read_docstring
from pleiad_openapi.errors import OpenAPIErrors
from pleiad_openapi.examples import Examples
from pleiad_openapi.operation import (
    NOTHING,
    Content,
    Direction,
    Header,
    Operation,
    Parameter,
    RequestBody,
    Response,
    StandsFor,
)
from pleiad_openapi.operation_ids import check_ids, operation_ids
from pleiad_openapi.own_words import have_own_words, say_own_words
from pleiad_openapi.parameters import value_schema
from pleiad_openapi.schemas import Schemas, known_types
from pleiad_openapi.spec import Components, Example, plain
from pleiad_openapi.values import given
from pleiad_openapi.versions import ITEMS, METHODS, VERSIONS, as_3_1

__all__ = ["build_document", "check_document"]

Object = dict[str, Any]

IGNORED_HEADERS = frozenset({"accept", "authorization", "content-type"})
"""Headers that OpenAPI has other words for; a parameter of such a name is to be ignored."""


def build_document(
    config: OpenAPIConfig,
    operations: Iterable[Operation],
    *,
    stands_for: StandsFor | None = None,
) -> Object:
    """The document, as JSON would have it.

    Args:
        config: What is said of it as a whole.
        operations: What it describes.
        stands_for: What is known of classes that are neither models nor builtins, beside
            `config.schemas`.

    Raises:
        OpenAPIErrors: Two models of one name, a bad operation id, a type that nobody knows: all that
            is wrong.
    """
    return _Writer(config, tuple(operations), stands_for).document()


def check_document(
    config: OpenAPIConfig,
    operations: Iterable[Operation],
    *,
    stands_for: StandsFor | None = None,
) -> None:
    """Raise what is wrong with a document, for a part of what it costs to build it.

    See `build_document`.
    """
    _Writer(config, tuple(operations), stands_for).check()


class _Writer:
    """Writes one document."""

    def __init__(
        self,
        config: OpenAPIConfig,
        operations: tuple[Operation, ...],
        stands_for: StandsFor | None,
    ) -> None:
        self._config = config
        self._operations = operations
        self._schemas = Schemas(known_types(config.schemas, stands_for))
        self._examples = Examples(self._schemas.components, config.random_seed)
        self._ids = operation_ids(operations)
        self._responses: dict[int, Object] = {}
        self._paths: Object = {}
        self._webhooks: Object = {}

    def check(self) -> None:
        """Make the schemas, and nothing of what stands around them that no operation looks at."""
        if have_own_words(self._operations, self._config.webhooks):
            self.document()
            return
        schemas = self._schemas
        for operation in self._operations:
            for where, annotation, direction in _types_of(operation):
                schemas.where = f"{operation.label}, {where}"
                schemas.schema(annotation, direction)
        for name, each in self._config.webhooks.items():
            self._webhook(name, each)
        self._raise_problems()

    def _raise_problems(self) -> None:
        schemas = self._schemas
        problems = [
            *check_ids(self._operations, self._ids),
            *schemas.problems,
            *schemas.components.problems(),
        ]
        if problems:
            raise OpenAPIErrors(problems)

    def document(self) -> Object:
        """The whole."""
        for operation, own in zip(self._operations, self._ids, strict=True):
            self._write(operation, own)
        for name, each in self._config.webhooks.items():
            self._webhooks[name] = self._webhook(name, each)
        self._raise_problems()
        config = self._config
        whole = given(
            openapi=VERSIONS[config.spec_version],
            **{"$self": config.self_url},
            info=self._info(),
            externalDocs=plain(config.external_docs),
            servers=[plain(each) for each in config.servers] or [{"url": "/"}],
            security=[plain(each) for each in config.security] or None,
            tags=self._tags(),
            paths=self._paths,
            webhooks=self._webhooks,
            components=self._components(),
        )
        found: Object = self._schemas.components.resolved(whole)
        found = found if config.spec_version == "3.2" else as_3_1(found)
        problems = list(say_own_words(found, self._operations, config.webhooks))
        if problems:
            raise OpenAPIErrors(problems)
        return found

    def _info(self) -> Object:
        config = self._config
        return given(
            title=config.title,
            version=config.version,
            summary=config.summary,
            description=config.description,
            termsOfService=config.terms_of_service,
            contact=plain(config.contact),
            license=plain(config.license),
        )

    def _tags(self) -> list[Object]:
        """The tags with prose, then those that only operations name."""
        tags: list[Object] = [plain(each) for each in self._config.tags]
        known = {each["name"] for each in tags}
        named = dict.fromkeys(tag for each in self._operations for tag in each.tags)
        return [*tags, *({"name": name} for name in named if name not in known)]

    def _components(self) -> Object:
        own = self._config.components
        several: Sequence[Components] = (own,) if isinstance(own, Components) else own
        schemes: Object = {}
        for each in several:
            schemes.update(plain(each).get("securitySchemes") or {})
        schemas = self._schemas.components.schemas()
        return given(schemas=schemas, securitySchemes=schemes) or {}

    # Operations

    def _write(self, operation: Operation, own: str) -> None:
        item = self._paths.setdefault(operation.path, {})
        method = operation.method.lower()
        if method not in METHODS:
            item = item.setdefault("additionalOperations", {})
            method = operation.method
        item[method] = self._operation(operation, own)

    def _webhook(self, name: str, sent: Operation | Sequence[Operation]) -> Object:
        several: Sequence[Operation] = (sent,) if isinstance(sent, Operation) else sent
        return {
            method: described
            for each in several
            for method, described in [
                (each.method.lower(), self._operation(each, each.operation_id, f"webhook {name}"))
            ]
        }

    def _operation(self, operation: Operation, own: str | None, label: str = "") -> Object:
        label = label or operation.label
        prose, about = read_docstring(operation.description)
        sent = [each for each in operation.parameters if not _is_ignored(each)]
        return given(
            tags=list(operation.tags),
            summary=operation.summary,
            description=prose,
            externalDocs=plain(operation.external_docs),
            operationId=own,
            parameters=[self._parameter(each, about, label) for each in sent],
            requestBody=self._body(operation.body, about, label),
            responses={
                str(status): self._response(each, f"{label}, response {status}")
                for status, each in operation.responses.items()
            },
            callbacks=self._callbacks(operation, label),
            deprecated=operation.deprecated or None,
            security=_security(operation),
            servers=[plain(each) for each in operation.servers],
        )

    def _callbacks(self, operation: Operation, label: str) -> Object:
        return {
            name: {
                url: {
                    each.method.lower(): self._operation(
                        each, each.operation_id, f"{label}, callback {name}"
                    )
                    for each in several
                }
                for url, several in expressions.items()
            }
            for name, expressions in operation.callbacks.items()
        }

    def _parameter(self, parameter: Parameter, about: Mapping[str, str], label: str) -> Object:
        self._schemas.where = f"{label}, {parameter.source} parameter '{parameter.name}'"
        schema = value_schema(self._schemas, parameter)
        if self._config.create_examples:
            schema.update(given(examples=self._examples.made_up(schema, "input", parameter.name)))
        said = schema.pop("description", None)
        deprecated = schema.pop("deprecated", None)
        return given(
            name=parameter.name,
            **{"in": parameter.source},
            description=said or about.get(parameter.name),
            required=parameter.source == "path" or parameter.required or None,
            deprecated=deprecated,
            schema=schema,
        )

    def _body(
        self, body: RequestBody | None, about: Mapping[str, str], label: str
    ) -> Object | None:
        if body is None:
            return None
        self._schemas.where = f"{label}, content"
        contents = {each.media_type: self._content(each, "input") for each in body.contents}
        return given(
            description=body.description or about.get("data") or about.get("body"),
            content=contents,
            required=body.required or None,
        )

    def _response(self, response: Response, where: str) -> Object:
        """A response; one that many operations have, as an error is, is made once."""
        known = self._responses.get(id(response))
        if known is None:
            known = self._responses[id(response)] = self._made(response, where)
        return known

    def _made(self, response: Response, where: str) -> Object:
        self._schemas.where = where
        more = given(
            headers={name: self._header(each) for name, each in response.headers.items()},
            content={each.media_type: self._content(each, "output") for each in response.contents},
        )
        return {"description": response.description, **more}

    def _content(self, content: Content, direction: Any) -> Object:
        found: Object = {}
        if content.items is not NOTHING:
            found[ITEMS] = self._schemas.schema(content.items, direction, content.metadata)
        elif content.fields:
            found["schema"] = self._form(content.fields)
        elif content.type is not NOTHING:
            found["schema"] = self._schemas.schema(content.type, direction, content.metadata)
        more = given(contentEncoding=content.encoding, contentMediaType=content.content_type)
        if more:
            found["schema"] = {**found.get("schema", {}), **more}
        examples = content.examples or self._made_up(content, found.get("schema", {}), direction)
        if examples:
            found["examples"] = {name: plain(each) for name, each in examples.items()}
        return found

    def _made_up(
        self, content: Content, schema: Object, direction: Direction
    ) -> Mapping[str, Example]:
        asked = content.create_example
        if not (self._config.create_examples if asked is None else asked):
            return {}
        made = self._examples.made_up(schema, direction, self._schemas.where)
        return {"generated": Example(value=made[0])} if made else {}

    def _form(self, fields: Sequence[Parameter]) -> Object:
        required = [each.name for each in fields if each.required]
        return given(
            type="object",
            properties={each.name: value_schema(self._schemas, each) for each in fields},
            required=required,
        )

    def _header(self, header: Header) -> Object:
        return given(
            description=header.description,
            required=header.required or None,
            schema=self._schemas.schema(header.type, "output"),
        )


def _types_of(operation: Operation) -> Iterator[tuple[str, Any, Direction]]:
    """The types of an operation, each with where it stands and the direction in which it goes."""
    for parameter in operation.parameters:
        if not _is_ignored(parameter):
            yield f"{parameter.source} parameter '{parameter.name}'", parameter.type, "input"
    for content in operation.body.contents if operation.body else ():
        for annotation in _types_in(content):
            yield "content", annotation, "input"
    for status, response in operation.responses.items():
        for header in response.headers.values():
            yield f"response {status}", header.type, "output"
        for content in response.contents:
            for annotation in _types_in(content):
                yield f"response {status}", annotation, "output"
    for urls in operation.callbacks.values():
        for called in (each for several in urls.values() for each in several):
            yield from _types_of(called)


def _types_in(content: Content) -> Iterator[Any]:
    yield from (each.type for each in content.fields)
    yield from (each for each in (content.type, content.items) if each is not NOTHING)


def _security(operation: Operation) -> list[Any] | None:
    """The requirements; an empty list says that there are none, so it is kept."""
    return None if operation.security is None else [plain(each) for each in operation.security]


def _is_ignored(parameter: Parameter) -> bool:
    return parameter.source == "header" and parameter.name.lower() in IGNORED_HEADERS
