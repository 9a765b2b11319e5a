"""What a person says of the document as a whole, and of the pages that show it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from pleiad_openapi.operation import Operation
from pleiad_openapi.pages import (
    ElementsRenderPlugin,
    RedocRenderPlugin,
    RenderPlugin,
    ScalarRenderPlugin,
    SwaggerRenderPlugin,
)
from pleiad_openapi.spec import (
    Components,
    Contact,
    ExternalDocumentation,
    License,
    SecurityRequirement,
    Server,
    Tag,
    taken_for,
)

__all__ = ["OpenAPIConfig", "OperationIdCreator"]

OperationIdCreator = Callable[[Any, str, Sequence[str]], str]
"""Makes an operation id of the handler, the method and the segments of the path."""

NO_WEBHOOKS: Mapping[str, Any] = {}


class OpenAPIConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The options of a document and of its pages.

    Attributes:
        title: What the API is called.
        version: The version of the API.
        summary: A line of prose.
        description: Prose, in CommonMark.
        terms_of_service: A URL.
        contact: Who answers for the API.
        license: What it may be used for.
        external_docs: More to read.
        servers: Where the API is; by default where the document is.
        tags: Groups of operations, with prose; those that operations name need not be here.
        security: What every operation asks for, unless it says otherwise.
        components: Security schemes.
        webhooks: By name, requests that the API sends.
        schemas: How classes that are no models look in the document: by class, a JSON Schema, or
            another type that looks the same.
        operation_id_creator: Makes the operation ids that no operation gives itself.
        create_examples: Whether parameters and contents have examples that are made up where none
            are given. Each is valid by its schema; where none is certain to be, there is none.
        random_seed: What they are chosen by: the same seed, the same examples.
        use_handler_docstrings: Whether an operation without a description takes its docstring.
        spec_version: The version of OpenAPI.
        self_url: The document's own URL, which OpenAPI 3.2 calls `$self`.
        path: Where the pages are.
        render_plugins: The pages; the first one stands at `path` itself as well.
        assets_url: Where the pages' scripts are, if not in the package: a URL under which the npm
            packages lie as `name@version/file`.
    """

    title: str = "Pleiad API"
    version: str = "1.0.0"
    summary: str | None = None
    description: str | None = None
    terms_of_service: str | None = None
    contact: Contact | Mapping[str, Any] | None = None
    license: License | Mapping[str, Any] | None = None
    external_docs: ExternalDocumentation | Mapping[str, Any] | None = None
    servers: Sequence[Server | Mapping[str, Any]] = ()
    tags: Sequence[Tag | Mapping[str, Any]] = ()
    security: Sequence[SecurityRequirement] = ()
    components: Components | Sequence[Components] = ()
    webhooks: Mapping[str, Operation | Sequence[Operation]] = NO_WEBHOOKS
    schemas: Mapping[Any, Any] = NO_WEBHOOKS
    create_examples: bool = False
    random_seed: int = 10
    operation_id_creator: OperationIdCreator | None = None
    use_handler_docstrings: bool = True
    spec_version: Literal["3.1", "3.2"] = "3.1"
    self_url: str | None = None
    path: str = "/schema"
    render_plugins: Sequence[RenderPlugin] = (
        SwaggerRenderPlugin(),
        RedocRenderPlugin(),
        ScalarRenderPlugin(),
        ElementsRenderPlugin(),
    )
    assets_url: str | None = None

    def __post_init__(self) -> None:
        for field, cls in _OBJECTS.items():
            value = getattr(self, field)
            if value is not None:
                taken_for(cls, value)
        for field, cls in _LISTS.items():
            for value in getattr(self, field):
                taken_for(cls, value)
        if self.spec_version not in ("3.1", "3.2"):
            raise ValueError(f"spec_version={self.spec_version!r}: say '3.1' or '3.2'")
        names = [each.path for each in self.render_plugins]
        twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
        if twice:
            raise ValueError(f"render_plugins: two pages at '/{twice}': give one another path")


_OBJECTS: Mapping[str, Any] = {
    "contact": Contact,
    "license": License,
    "external_docs": ExternalDocumentation,
}
_LISTS: Mapping[str, Any] = {"servers": Server, "tags": Tag}
