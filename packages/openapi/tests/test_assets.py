"""Where the pages' files come from: the package, an address, or the CDN as a last resort."""

import logging

import pytest

from pleiad_openapi import assets
from pleiad_openapi.assets import CDN, AssetSource, pins
from pleiad_openapi.pages import SwaggerRenderPlugin


@pytest.fixture
def folder(tmp_path):
    """A package that was built with files."""
    for name, pin in pins().items():
        for file in pin.files.values():
            (tmp_path / name / file).parent.mkdir(exist_ok=True)
            (tmp_path / name / file).write_text(f"{name} {file}")
    return tmp_path


@pytest.fixture(autouse=True)
def untold():
    assets._tell_once.cache_clear()


def test_every_package_is_pinned():
    for pin in pins().values():
        assert pin.integrity.startswith("sha512-")
        assert pin.version[0].isdigit()
        assert pin.files
        assert pin.licences


def test_from_the_package(folder):
    source = AssetSource(folder=folder)
    version = pins()["redoc"].version
    url = source.url("redoc", "redoc.standalone.js", "/schema")
    assert url == f"/schema/assets/redoc-{version}/redoc.standalone.js"
    asset = source.read(f"redoc-{version}", "redoc.standalone.js")
    assert asset.content == b"redoc redoc.standalone.js"
    assert asset.media_type == "text/javascript; charset=utf-8"
    assert source.read("redoc-0", "redoc.standalone.js") is None
    assert source.read(f"redoc-{version}", "../../secret") is None


def test_from_an_address(folder):
    source = AssetSource("https://npm.example/", folder)
    version = pins()["redoc"].version
    url = source.url("redoc", "redoc.standalone.js", "/schema")
    assert url == f"https://npm.example/redoc@{version}/bundles/redoc.standalone.js"


def test_from_the_cdn_where_the_package_has_none(tmp_path, caplog):
    """A package that was built without npm says so once."""
    source = AssetSource(folder=tmp_path)
    with caplog.at_level(logging.WARNING):
        pages = [SwaggerRenderPlugin().render("T", "/schema", source) for _ in range(2)]
    [record] = caplog.records
    assert "was built without the files of 'swagger-ui'" in record.getMessage()
    assert "OpenAPIConfig(assets_url=...)" in record.getMessage()
    assert pages[0] == pages[1]
    version = pins()["swagger-ui"].version
    assert (
        f'src="{CDN}/swagger-ui-dist@{version}/swagger-ui-bundle.js"'.encode() in pages[0].content
    )
    assert "script-src 'self' 'sha256-" in pages[0].policy
    assert " https://cdn.jsdelivr.net;" in pages[0].policy
    assert "connect-src 'self';" in pages[0].policy
