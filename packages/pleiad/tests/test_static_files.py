"""The router of static files; what gets out of a folder, and what does not, is tested in pleiad_http."""

from pathlib import Path
from typing import Any

import pytest

from pleiad import Pleiad, Response, Router, get
from pleiad.datastructures import CacheControlHeader, ResponseHeader
from pleiad.exceptions import (
    ImproperlyConfiguredException,
    NotAuthorizedException,
    NotFoundException,
)
from pleiad.static_files import create_static_files_router

SECRET = "outside"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    (site / "docs").mkdir(parents=True)
    (site / "index.html").write_text("home")
    (site / "404.html").write_text("nothing here")
    (site / "docs/index.html").write_text("docs")
    (site / "docs/ü b.css").write_text("css")
    (site / ".env").write_text("hidden")
    (site / "out").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "secret.txt").write_text(SECRET)
    return site


MISSING = b'{"status_code":404,"detail":"Not Found"}'


@pytest.mark.parametrize(
    ("path", "plain", "html"),
    [
        ("/static/index.html", b"home", b"home"),
        ("/static/docs/ü b.css", b"css", b"css"),
        ("/static/", MISSING, b"home"),
        ("/static/docs/", MISSING, b"docs"),
        ("/static/nothing", MISSING, b"nothing here"),
        ("/static/index.html/", MISSING, b"nothing here"),
        ("/static//index.html", MISSING, b"nothing here"),
        ("/static/docs//", MISSING, b"nothing here"),
        ("/static/.env", MISSING, b"nothing here"),
        ("/static/out", MISSING, b"nothing here"),
        ("/static/../secret.txt", MISSING, b"nothing here"),
        ("/static/docs/../index.html", MISSING, b"nothing here"),
        ("/static/a\x00", MISSING, b"nothing here"),
        ("/static//etc/passwd", MISSING, b"nothing here"),
        ("/static/%2e%2e/secret.txt", MISSING, b"nothing here"),
        ("/staticindex.html", MISSING, MISSING),
    ],
)
def test_paths(site: Path, ask: Any, path: str, plain: bytes, html: bytes) -> None:
    for html_mode, expected in [(False, plain), (True, html)]:
        app = Pleiad([create_static_files_router("/static", site, html_mode=html_mode)])
        answer = ask(app, "GET", path)
        assert answer.content == expected
        assert answer.status == (404 if expected in (MISSING, b"nothing here") else 200)
        assert ask(app, "HEAD", path).status == answer.status


@pytest.mark.parametrize("prefix", ["", "/static", "/a/b"])
@pytest.mark.parametrize("root_path", ["", "/behind"])
def test_a_folder_gets_its_slash(site: Path, ask: Any, prefix: str, root_path: str) -> None:
    app = Pleiad([create_static_files_router(prefix or "/", [site], html_mode=True)])
    for name in ("docs", "static"):
        path = prefix if name == "static" else f"{prefix}/docs"
        if path in ("", "/a/b"):
            continue
        answer = ask(app, "GET", root_path + path, query="a=1", root_path=root_path)
        assert (answer.status, answer.headers["location"]) == (307, f"./{name}/?a=1")


@pytest.mark.parametrize(
    "path", ["//evil.example", "//evil.example/..", "/\\evil.example", "//docs"]
)
def test_no_redirect_leads_elsewhere(site: Path, ask: Any, path: str) -> None:
    app = Pleiad([create_static_files_router("/", site, html_mode=True)])
    answer = ask(app, "GET", path)
    assert (answer.status, answer.headers.get("location")) == (404, None)


def test_head(site: Path, ask: Any) -> None:
    app = Pleiad([create_static_files_router("/static", site, html_mode=True)])
    for path, length in [("/static/index.html", "4"), ("/static/", "4"), ("/static/nothing", "12")]:
        answer = ask(app, "HEAD", path)
        assert (answer.content, answer.headers["content-length"]) == (b"", length)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_other_methods(site: Path, ask: Any, method: str) -> None:
    answer = ask(
        Pleiad([create_static_files_router("/static", site)]), method, "/static/index.html"
    )
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_its_name(site: Path) -> None:
    app = Pleiad(
        [
            create_static_files_router("/static", site, html_mode=True),
            create_static_files_router("/more", site, name="more", html_mode=True),
        ]
    )
    assert app.route_reverse("static", file_path="/docs/ü b.css") == "/static/docs/%C3%BC%20b.css"
    assert app.route_reverse("more", file_path="/x.js") == "/more/x.js"


def test_two_of_one_name(site: Path) -> None:
    routers = [create_static_files_router(path, site) for path in ("/a", "/b")]
    with pytest.raises(ImproperlyConfiguredException, match="the name 'static' belongs to"):
        Pleiad(routers)


def test_what_is_sent_with_it(site: Path, ask: Any) -> None:
    app = Pleiad(
        [
            create_static_files_router(
                "/static",
                [site],
                send_as_attachment=True,
                headers=[ResponseHeader("X-A", "file")],
                cache_control=CacheControlHeader(max_age=60),
                response_headers={"X-A": "layer", "X-B": "layer"},
                html_mode=True,
            )
        ]
    )
    found = ask(app, "GET", "/static/index.html")
    assert found.headers["content-disposition"] == 'attachment; filename="index.html"'
    assert (found.headers["x-a"], found.headers["x-b"]) == ("file", "layer")
    assert found.headers["cache-control"] == "max-age=60"
    again = ask(app, "GET", "/static/index.html", headers={"If-None-Match": found.headers["etag"]})
    assert (again.status, again.headers["cache-control"]) == (304, "max-age=60")
    missing = ask(app, "GET", "/static/nothing")
    assert (missing.status, missing.headers.get("cache-control")) == (404, None)


@pytest.mark.parametrize(
    ("options", "path", "content"),
    [
        ({"hidden_files": True}, "/.env", b"hidden"),
        ({"hidden_files": True}, "/../secret.txt", MISSING),
        ({"allow_symlinks_outside_directory": True}, "/out", SECRET.encode()),
        ({"allow_symlinks_outside_directory": True}, "/.env", MISSING),
    ],
)
def test_what_may_be_sent_beside(
    site: Path, ask: Any, options: Any, path: str, content: bytes
) -> None:
    app = Pleiad([create_static_files_router("/static", site, **options)])
    assert ask(app, "GET", f"/static{path}").content == content


async def refuse() -> None:
    raise NotAuthorizedException("not you")


def test_the_options_of_a_layer(site: Path, ask: Any) -> None:
    log: list[str] = []

    def middleware(app: Any) -> Any:
        async def wrapped(scope: Any, receive: Any, send: Any) -> None:
            log.append("middleware")
            await app(scope, receive, send)

        return wrapped

    async def before() -> None:
        log.append("before")

    async def after(response: Response[Any]) -> Response[Any]:
        log.append(type(response).__name__)
        response.set_header("x-after", "1")
        return response

    async def answered(exc: NotFoundException) -> Response[str]:
        return Response("mine", status_code=404)

    app = Pleiad(
        [
            create_static_files_router("/guarded", site, name="guarded", guards=[refuse]),
            create_static_files_router(
                "/static",
                site,
                middleware=[middleware],
                before_request=before,
                after_request=after,
                exception_handlers={404: answered},
                opt={"a": 1},
                tags=["files"],
            ),
        ]
    )
    assert ask(app, "GET", "/guarded/index.html").status == 401
    answer = ask(app, "GET", "/static/index.html")
    assert (answer.content, answer.headers["x-after"]) == (b"home", "1")
    assert log == ["middleware", "before", "File"]
    assert ask(app, "GET", "/static/nothing").content == b"mine"
    layer = app.route("GET", "/static/{file_path:path}").handler.layer
    assert (layer.opt, layer.about.tags, layer.about.include_in_schema) == (
        {"a": 1},
        ("files",),
        False,
    )


def test_it_is_shown_where_that_is_wanted(site: Path) -> None:
    router = create_static_files_router("/static", site, include_in_schema=True)
    assert router.layer.about.include_in_schema is True


def test_a_class_of_its_own(site: Path) -> None:
    class Mine(Router):
        pass

    assert type(create_static_files_router("/static", site, router_class=Mine)) is Mine


def test_other_routes_stand_beside_it(site: Path, ask: Any) -> None:
    @get("/static/special")
    async def special() -> str:
        return "special"

    app = Pleiad([create_static_files_router("/static", site), special])
    assert ask(app, "GET", "/static/special").content == b"special"
    assert ask(app, "GET", "/static/index.html").content == b"home"


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"directories": []}, "at least one directory"),
        ({"directories": ["/nowhere/at/all"]}, "no directory '/nowhere/at/all'"),
        ({"gaurds": []}, "no option 'gaurds'. Did you mean 'guards'"),
    ],
)
def test_what_it_cannot_be(site: Path, options: Any, named: str) -> None:
    with pytest.raises(ImproperlyConfiguredException, match=named):
        create_static_files_router("/static", **{"directories": site, **options})
