"""The pages and the document, served: what each path answers, and what a browser may fetch."""

import asyncio
import re
from base64 import b64encode
from hashlib import sha256

import msgspec
import pytest

from pleiad_openapi import (
    DocsApp,
    Document,
    ElementsRenderPlugin,
    OpenAPIConfig,
    Operation,
    RedocRenderPlugin,
    Response,
    ScalarRenderPlugin,
    SwaggerRenderPlugin,
)

OPERATION = Operation(
    method="GET", path="/a", name="a", responses={200: Response(description="OK")}
)


def app_of(**config):
    return DocsApp(Document(OpenAPIConfig(**config), [OPERATION]))


def ask(app, path, method="GET", root_path="/schema"):
    """The status, the headers and the content of an answer."""
    messages = []

    async def send(message):
        messages.append(message)

    async def receive():
        raise AssertionError("nobody reads a request")

    scope = {"type": "http", "method": method, "path": f"{root_path}{path}", "root_path": root_path}
    asyncio.run(app(scope, receive, send))
    start, body = messages
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], headers, body["body"]


@pytest.mark.parametrize(
    ("path", "status", "media_type", "begins"),
    [
        pytest.param("", 200, "text/html; charset=utf-8", b"<!doctype html>", id="the first page"),
        pytest.param("/", 200, "text/html; charset=utf-8", b"<!doctype html>", id="with a slash"),
        pytest.param("/swagger", 200, "text/html; charset=utf-8", b"<!doctype html>", id="swagger"),
        pytest.param("/redoc", 200, "text/html; charset=utf-8", b"<!doctype html>", id="redoc"),
        pytest.param("/scalar", 200, "text/html; charset=utf-8", b"<!doctype html>", id="scalar"),
        pytest.param(
            "/elements", 200, "text/html; charset=utf-8", b"<!doctype html>", id="elements"
        ),
        pytest.param(
            "/oauth2-redirect.html", 200, "text/html; charset=utf-8", b"<!doctype html>", id="oauth"
        ),
        pytest.param(
            "/openapi.json", 200, "application/vnd.oai.openapi+json", b'{"openapi":', id="json"
        ),
        pytest.param("/openapi.yaml", 200, "application/vnd.oai.openapi", b"openapi: ", id="yaml"),
        pytest.param("/openapi.yml", 200, "application/vnd.oai.openapi", b"openapi: ", id="yml"),
        pytest.param("/rapidoc", 404, "text/plain; charset=utf-8", b"Not Found", id="no such page"),
        pytest.param("/assets", 404, "text/plain; charset=utf-8", b"Not Found", id="the folder"),
        pytest.param(
            "/assets/swagger-ui-0/a.js",
            404,
            "text/plain; charset=utf-8",
            b"Not Found",
            id="no version",
        ),
        pytest.param(
            "/assets/../assets.json", 404, "text/plain; charset=utf-8", b"Not Found", id="outside"
        ),
        pytest.param(
            "/assets/redoc-2.5.4/../../assets.json",
            404,
            "text/plain; charset=utf-8",
            b"Not Found",
            id="up",
        ),
        pytest.param(
            "/assets/redoc-2.5.4/LICENCE-LICENSE",
            404,
            "text/plain; charset=utf-8",
            b"Not Found",
            id="unlisted",
        ),
    ],
)
def test_answers(path, status, media_type, begins):
    found, headers, content = ask(app_of(), path)
    assert (found, headers["content-type"]) == (status, media_type)
    assert content.startswith(begins)
    assert headers["content-length"] == str(len(content))
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "plugin", [ElementsRenderPlugin, RedocRenderPlugin, ScalarRenderPlugin, SwaggerRenderPlugin]
)
def test_options_of_a_page(plugin):
    app = app_of(render_plugins=[plugin(path="mine", options={"own-option": "yes"})])
    status, _, content = ask(app, "/mine")
    assert (status, content.count(b"own-option")) == (200, 1)
    assert ask(app, f"/{plugin().path}")[0] == 404
    assert b"own-option" not in ask(app_of(render_plugins=[plugin()]), "")[2]


def test_head_is_get_without_content():
    _, headers, content = ask(app_of(), "/openapi.json")
    assert ask(app_of(), "/openapi.json", "HEAD") == (200, headers, b"")
    assert content


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "DELETE"])
def test_other_methods(method):
    status, headers, _ = ask(app_of(), "/openapi.json", method)
    assert (status, headers["allow"]) == (405, "GET, HEAD")


def test_pages_that_are_not_wanted_are_not_there():
    app = app_of(render_plugins=[RedocRenderPlugin(path="docs")])
    assert b"redoc.standalone.js" in ask(app, "")[2]
    assert ask(app, "/docs")[0] == 200
    assert [ask(app, path)[0] for path in ("/swagger", "/redoc", "/scalar", "/elements")] == [
        404
    ] * 4
    assert ask(app_of(render_plugins=[]), "")[0] == 404
    assert ask(app_of(render_plugins=[]), "/openapi.json")[0] == 200


@pytest.mark.parametrize("page", ["/swagger", "/redoc", "/scalar", "/elements"])
def test_the_policy_lets_in_this_page_and_no_other_host(page):
    _, headers, content = ask(app_of(assets_url="/static"), page)
    policy = dict(each.split(" ", 1) for each in headers["content-security-policy"].split("; "))
    [script] = re.findall(rb"<script>(.*?)</script>", content, re.DOTALL)
    digest = b64encode(sha256(script).digest()).decode()
    assert policy["script-src"] == f"'self' 'sha256-{digest}' 'self'"
    assert policy["default-src"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert "http" not in headers["content-security-policy"]


@pytest.mark.parametrize("page", ["/swagger", "/redoc", "/scalar", "/elements"])
def test_every_url_of_a_page_is_this_host_s(page):
    content = ask(app_of(assets_url="/static"), page)[2].decode()
    urls = re.findall(r'(?:src|href)="([^"]*)"', content)
    assert urls
    assert all(url.startswith("/") or url == "data:," for url in urls)
    assert "://" not in content


def test_the_title_is_text():
    content = ask(app_of(title="<script>alert(1)</script> & more"), "")[2]
    assert b"<title>&lt;script&gt;alert(1)&lt;/script&gt; &amp; more</title>" in content
    assert b"<script>alert" not in content


def test_options_cannot_end_the_script():
    plugin = ScalarRenderPlugin(options={"customCss": "</script><script>alert(1)</script>"})
    content = ask(app_of(render_plugins=[plugin]), "")[2]
    assert b"alert(1)\\u003c/script>" in content
    assert content.count(b"</script>") == 2


def test_options_of_swagger():
    plugin = SwaggerRenderPlugin(options={"deepLinking": False}, init_oauth={"clientId": "docs"})
    content = ask(app_of(render_plugins=[plugin]), "")[2]
    assert b'"deepLinking":false' in content
    assert b'ui.initOAuth({"clientId":"docs"});' in content


def test_under_a_prefix():
    """What stands before the pages' own path is where the app is mounted."""
    _, _, content = ask(app_of(), "/openapi.json", root_path="/outer/schema")
    assert msgspec.json.decode(content)["servers"] == [{"url": "/outer"}]
    assert b'"/outer/schema/openapi.json"' in ask(app_of(), "", root_path="/outer/schema")[2]


def test_anything_else_than_http_is_refused():
    async def never(*arguments):
        raise AssertionError

    with pytest.raises(RuntimeError, match="no 'lifespan'"):
        asyncio.run(app_of()({"type": "lifespan"}, never, never))


def test_a_websocket_is_closed():
    sent = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    asyncio.run(app_of()({"type": "websocket", "path": "/schema"}, receive, send))
    assert sent == [{"type": "websocket.close"}]
