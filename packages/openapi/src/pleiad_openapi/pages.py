"""The pages that show a document: each is one HTML file that names no other host.

A page's content security policy lets the browser fetch from the page's own host alone, or from the
address that was set for the scripts; the one inline script is let in by its hash.
"""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

from pleiad_openapi.assets import AssetSource

__all__ = [
    "ElementsRenderPlugin",
    "Page",
    "RedocRenderPlugin",
    "RenderPlugin",
    "ScalarRenderPlugin",
    "StoplightRenderPlugin",
    "SwaggerRenderPlugin",
]

NO_OPTIONS: Mapping[str, Any] = {}


class Page(msgspec.Struct, frozen=True):
    """A page to send.

    Attributes:
        content: The HTML.
        policy: The content security policy.
    """

    content: bytes
    policy: str


class RenderPlugin(msgspec.Struct, frozen=True, kw_only=True):
    """A page that shows a document: subclass it for another user interface.

    Attributes:
        path: Where it stands, below the config's own path.
        options: The user interface's own options, which go to it as JSON.
    """

    path: str
    options: Mapping[str, Any] = NO_OPTIONS

    assets: ClassVar[str]
    """The folder of its files, in `assets.json`."""
    script: ClassVar[str]
    """Its script there."""
    style: ClassVar[str | None] = None
    """Its style there."""
    element: ClassVar[str] = "main"
    """The HTML element that it starts in: `div`, where it makes a `main` of its own."""

    def start(self, document_url: str, root: str) -> str:
        """The JavaScript that starts it in the element `#docs`.

        Args:
            document_url: Where the document is.
            root: Where the pages are served.
        """
        raise NotImplementedError

    def render(self, title: str, root: str, source: AssetSource) -> Page:
        """The page.

        Args:
            title: What the API is called.
            root: Where the pages are served.
            source: Where the scripts are.
        """
        from html import escape  # dear to import, and rarely needed

        document_url = f"{root}/openapi.json"
        start = self.start(document_url, root)
        script = source.url(self.assets, self.script, root)
        style = source.url(self.assets, self.style, root) if self.style else None
        told = _WITHOUT_SCRIPTS.format(title=escape(title), document=escape(document_url))
        docs = _MAIN if self.element == "main" else _NO_MAIN
        content = _PAGE.format(
            title=escape(title),
            style=f'<link rel="stylesheet" href="{escape(style)}">' if style else "",
            docs=docs.format(element=self.element, told=told),
            script=escape(script),
            start=start,
        )
        return Page(content.encode(), _policy(start, source.address(self.assets)))


class SwaggerRenderPlugin(RenderPlugin, frozen=True, kw_only=True):
    """Swagger UI.

    Attributes:
        init_oauth: What the dialog for OAuth 2 is filled with, such as `{"clientId": "docs"}`.
    """

    path: str = "swagger"
    init_oauth: Mapping[str, Any] | None = None

    assets: ClassVar[str] = "swagger-ui"
    script: ClassVar[str] = "swagger-ui-bundle.js"
    style: ClassVar[str | None] = "swagger-ui.css"
    element: ClassVar[str] = "div"

    def start(self, document_url: str, root: str) -> str:
        """See `RenderPlugin.start`."""
        options = {
            "url": document_url,
            "dom_id": "#docs",
            "deepLinking": True,
            "validatorUrl": None,  # it would send the document to another host
            "oauth2RedirectUrl": None,
            **self.options,
        }
        where = f"location.origin + {_script(root + '/oauth2-redirect.html')}"
        lines = [
            f"const options = {_script(options)};",
            f"options.oauth2RedirectUrl ??= {where};",
            f"options.onComplete = () => {_NAME_SERVERS};",
            "const ui = SwaggerUIBundle(options);",
        ]
        if self.init_oauth is not None:
            lines.append(f"ui.initOAuth({_script(self.init_oauth)});")
        return "\n".join(lines)


_NAME_SERVERS = "document.getElementById('servers')?.setAttribute('aria-label', 'Server')"
"""Swagger UI 5.35 has no label for its list of servers."""


class RedocRenderPlugin(RenderPlugin, frozen=True, kw_only=True):
    """Redoc, which only shows; of its last version that tells no other host what it does."""

    path: str = "redoc"

    assets: ClassVar[str] = "redoc"
    script: ClassVar[str] = "redoc.standalone.js"

    def start(self, document_url: str, root: str) -> str:
        """See `RenderPlugin.start`."""
        url, options = _script(document_url), _script(dict(self.options))
        return f"Redoc.init({url}, {options}, document.getElementById('docs'));"


class ScalarRenderPlugin(RenderPlugin, frozen=True, kw_only=True):
    """Scalar."""

    path: str = "scalar"

    assets: ClassVar[str] = "scalar"
    script: ClassVar[str] = "standalone.js"
    element: ClassVar[str] = "div"

    def start(self, document_url: str, root: str) -> str:
        """See `RenderPlugin.start`."""
        options = {
            "url": document_url,
            "withDefaultFonts": False,  # they are another host's
            "telemetry": False,
            "showDeveloperTools": "never",
            "agent": {"disabled": True},
            "mcp": {"disabled": True},
            **self.options,
        }
        return f"Scalar.createApiReference('#docs', {_script(options)});"


class ElementsRenderPlugin(RenderPlugin, frozen=True, kw_only=True):
    """Stoplight Elements."""

    path: str = "elements"

    assets: ClassVar[str] = "elements"
    script: ClassVar[str] = "web-components.min.js"
    style: ClassVar[str | None] = "styles.min.css"

    def start(self, document_url: str, root: str) -> str:
        """See `RenderPlugin.start`."""
        options = {
            "apiDescriptionUrl": document_url,
            "router": "hash",
            "layout": "sidebar",
            **self.options,
        }
        return "\n".join(
            [
                "const element = document.createElement('elements-api');",
                f"Object.assign(element, {_script(options)});",
                "document.getElementById('docs').append(element);",
            ]
        )


StoplightRenderPlugin = ElementsRenderPlugin
"""The name under which a Litestar program knows it."""


OAUTH2_REDIRECT = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>OAuth 2</title></head>
<body>
<main><h1>OAuth 2</h1><p>This window closes when the login is done.</p></main>
<script src="{script}"></script>
</body>
</html>
"""


def oauth2_redirect(root: str, source: AssetSource) -> Page:
    """The page to which an OAuth 2 server sends the browser back, for Swagger UI."""
    from html import escape

    script = escape(source.url("swagger-ui", "oauth2-redirect.js", root))
    content = OAUTH2_REDIRECT.format(script=script)
    return Page(content.encode(), _policy("", source.address("swagger-ui")))


_WITHOUT_SCRIPTS = """\
<h1>{title}</h1>
<p>This page needs JavaScript. <a href="{document}">The document</a> itself does not.</p>"""

_MAIN = '<main id="docs"><noscript>{told}</noscript></main>'
_NO_MAIN = '<{element} id="docs"></{element}>\n<noscript><main>{told}</main></noscript>'
"""For who makes a `main` itself; what stands in the element might be taken for what it made before."""

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
{style}
<style>body {{ margin: 0; }} #docs {{ height: 100vh; }} elements-api {{ display: block; height: 100%; }}</style>
</head>
<body>
{docs}
<script src="{script}"></script>
<script>{start}</script>
</body>
</html>
"""


def _script(value: Any) -> str:
    """A value as JavaScript that no HTML parser takes for the end of the script."""
    text = msgspec.json.encode(value).decode()
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _policy(start: str, address: str | None) -> str:
    from hashlib import sha256  # it loads OpenSSL

    digest = b64encode(sha256(start.encode()).digest()).decode()
    origin = "" if address is None else f" {_origin(address)}"
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' 'sha256-{digest}'{origin}",
            f"style-src 'self' 'unsafe-inline'{origin}",
            f"font-src 'self' data:{origin}",
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "worker-src blob:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


def _origin(address: str) -> str:
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}" if rest else "'self'"
