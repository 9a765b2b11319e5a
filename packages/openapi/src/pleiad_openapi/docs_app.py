"""The pages and the document as an ASGI application, to be mounted anywhere."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, TypeAlias

import msgspec

from pleiad_openapi.assets import AssetSource
from pleiad_openapi.asyncapi import AsyncDocument
from pleiad_openapi.document_file import Document, DocumentFile
from pleiad_openapi.pages import Page, RenderPlugin, oauth2_redirect

__all__ = ["DocsApp"]

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

FORMS: Mapping[str, tuple[str, str, bool]] = {
    "openapi.json": ("openapi", "application/vnd.oai.openapi+json", False),
    "openapi.yaml": ("openapi", "application/vnd.oai.openapi", True),
    "openapi.yml": ("openapi", "application/vnd.oai.openapi", True),
    "asyncapi.json": ("asyncapi", "application/vnd.aai.asyncapi+json", False),
    "asyncapi.yaml": ("asyncapi", "application/vnd.aai.asyncapi+yaml", True),
    "asyncapi.yml": ("asyncapi", "application/vnd.aai.asyncapi+yaml", True),
}
"""By path, the document, its media type, and whether it is in YAML."""

FOREVER = "public, max-age=31536000, immutable"
"""The URLs of the scripts hold their version."""


class Answer(msgspec.Struct, frozen=True):
    """What is sent.

    Attributes:
        status: The status.
        media_type: The media type.
        content: The content.
        headers: Further headers.
    """

    status: int
    media_type: str
    content: bytes
    headers: tuple[tuple[str, str], ...] = ()


NOT_FOUND = Answer(404, "text/plain; charset=utf-8", b"Not Found")
NOT_ALLOWED = Answer(
    405, "text/plain; charset=utf-8", b"Method Not Allowed", (("allow", "GET, HEAD"),)
)


class DocsApp:
    """Answers with the document and its pages.

        /                  the first page
        /openapi.json      the document
        /openapi.yaml      the same in YAML; /openapi.yml as well
        /asyncapi.json     the AsyncAPI document, where there is one; /asyncapi.yaml and .yml too
        /swagger, ...      the pages, each at its own path
        /assets/...        their scripts and styles

    Args:
        document: What is shown.
        mounted_at: The path under which it stands in the app that the document describes: what comes
            before it in the scope's `root_path` is where that app itself is mounted.
        asyncapi: What is shown of WebSockets.
    """

    def __init__(
        self,
        document: Document,
        mounted_at: str | None = None,
        *,
        asyncapi: AsyncDocument | None = None,
    ) -> None:
        config = document.config
        self._documents: dict[str, DocumentFile] = {"openapi": document}
        if asyncapi is not None:
            self._documents["asyncapi"] = asyncapi
        self._mounted_at = (config.path if mounted_at is None else mounted_at).rstrip("/")
        self._title = config.title
        self._source = AssetSource(config.assets_url)
        self._pages: dict[str, RenderPlugin] = {
            each.path.strip("/"): each for each in config.render_plugins
        }
        for first in config.render_plugins[:1]:
            self._pages[""] = first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI says; a WebSocket is refused."""
        if scope["type"] == "websocket":
            await receive()
            return await send({"type": "websocket.close"})
        if scope["type"] != "http":
            raise RuntimeError(f"the documentation answers no '{scope['type']}'")
        answer = self._answer(scope)
        await send(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": [
                    (b"content-type", answer.media_type.encode()),
                    (b"content-length", b"%d" % len(answer.content)),
                    (b"x-content-type-options", b"nosniff"),
                    *((name.encode(), value.encode()) for name, value in answer.headers),
                ],
            }
        )
        content = b"" if scope["method"] == "HEAD" else answer.content
        await send({"type": "http.response.body", "body": content})
        return None

    def _answer(self, scope: Scope) -> Answer:
        root = scope.get("root_path", "").rstrip("/")
        path = scope["path"].removeprefix(root).strip("/")
        if scope["method"] not in ("GET", "HEAD"):
            return NOT_ALLOWED
        before = root.removesuffix(self._mounted_at)
        kind, media_type, is_yaml = FORMS.get(path, ("", "", False))
        if kind in self._documents:
            document = self._documents[kind]
            content = document.yaml(before) if is_yaml else document.json(before)
            return Answer(200, media_type, content)
        if path in self._pages:
            return _html(self._pages[path].render(self._title, root, self._source))
        if path == "oauth2-redirect.html":
            return _html(oauth2_redirect(root, self._source))
        return self._asset(path)

    def _asset(self, path: str) -> Answer:
        prefix, _, rest = path.partition("/")
        folder, _, file = rest.partition("/")
        asset = self._source.read(folder, file) if prefix == "assets" else None
        if asset is None:
            return NOT_FOUND
        return Answer(200, asset.media_type, asset.content, (("cache-control", FOREVER),))


def _html(page: Page) -> Answer:
    headers = (("content-security-policy", page.policy), ("referrer-policy", "no-referrer"))
    return Answer(200, "text/html; charset=utf-8", page.content, headers)
