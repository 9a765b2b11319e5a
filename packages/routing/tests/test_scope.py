from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_routing import (
    Tree,
    below,
    find_mounted,
    find_route,
    rooted,
    routed_path,
    segments_of,
)
from pleiad_routing.quote import quote_segment, unquote


def scope(path: str, root: str | None = "", raw: bytes | None = None, **more: Any) -> Any:
    return {"type": "http", "path": path, "root_path": root, "raw_path": raw, **more}


@pytest.mark.parametrize(
    ("path", "root", "routed"),
    [
        pytest.param("/a", "", "/a", id="no root"),
        pytest.param("/a", None, "/a", id="root of None"),
        pytest.param("", "", "/", id="no path"),
        pytest.param("/r/a", "/r", "/a", id="whole path"),
        pytest.param("/a", "/r", "/a", id="path below the root"),
        pytest.param("/r", "/r", "/", id="the root itself"),
        pytest.param("/r/", "/r", "/", id="the root with a slash"),
        pytest.param("/r", "/r/", "/", id="root with a slash, path without"),
        pytest.param("/r/a", "/r/", "/a", id="root with a slash"),
        pytest.param("/r//a", "/r", "//a", id="empty segment after the root"),
        pytest.param("/rr/a", "/r", "/rr/a", id="only part of a segment"),
        pytest.param("/a", "/", "/a", id="root of a slash"),
        pytest.param("/r/r/a", "/r", "/r/a", id="once only"),
    ],
)
def test_the_path_below_the_root(path: str, root: str | None, routed: str) -> None:
    assert routed_path(scope(path, root)) == routed


@pytest.fixture
def tree() -> Tree[str]:
    tree: Tree[str] = Tree()
    for each in ("/", "/{x:str}", "/{x:str}/y", "/items/{id:int}", "/files/{p:path}"):
        tree.add(each, each)
    for each in ("/m", "/t/{name:str}"):
        tree.add_mount(each, each)
    return tree


@pytest.mark.parametrize(
    ("path", "root", "raw", "found"),
    [
        pytest.param("/a", "", None, ("/{x:str}", {"x": "a"}), id="no raw path"),
        pytest.param("/a/y", "", b"/a/y", ("/{x:str}/y", {"x": "a"}), id="no escape"),
        pytest.param("/a/y", "", b"/a%2Fy", ("/{x:str}", {"x": "a/y"}), id="data"),
        pytest.param("/a/y", "", b"/a%2fy", ("/{x:str}", {"x": "a/y"}), id="data, lower case"),
        pytest.param("/a/y", "", b"/a%2fy?q=%2F/", ("/{x:str}", {"x": "a/y"}), id="raw with a query"),
        pytest.param("/a/", "", b"/a%2F", ("/{x:str}", {"x": "a/"}), id="at the end"),
        pytest.param("/a//", "", b"/a%2F/", ("/{x:str}", {"x": "a/"}), id="before the last slash"),
        pytest.param("//", "", b"/%2F", ("/{x:str}", {"x": "/"}), id="alone"),
        pytest.param("/a%2Fy", "", b"/a%252Fy", ("/{x:str}", {"x": "a%2Fy"}), id="decoded once"),
        pytest.param("/%zz/", "", b"/%zz%2F", ("/{x:str}", {"x": "%zz/"}), id="no escape beside"),
        pytest.param("/\0/", "", b"/%00%2F", ("/{x:str}", {"x": "\0/"}), id="NUL"),
        pytest.param("/\ufffd/", "", b"/%FF%2F", ("/{x:str}", {"x": "\ufffd/"}), id="no UTF-8"),
        pytest.param("/ü/y", "", b"/%C3%BC%2Fy", ("/{x:str}", {"x": "ü/y"}), id="UTF-8"),
        pytest.param("/../y", "", b"/..%2Fy", ("/{x:str}", {"x": "../y"}), id="dots"),
        pytest.param("/files/a/b/c", "", b"/files/a%2Fb/c", ("/files/{p:path}", {"p": "/a/b/c"}), id="rest"),
        pytest.param("/items/5/", "", b"/items%2F5/", ("/{x:str}", {"x": "items/5"}), id="literal"),
        pytest.param("/r/a/y", "/r", b"/r/a%2Fy", ("/{x:str}", {"x": "a/y"}), id="root in both"),
        pytest.param("/a/y", "/r", b"/r/a%2Fy", ("/{x:str}", {"x": "a/y"}), id="root in raw only"),
        pytest.param("/r/a/y", "/r", b"/a%2Fy", ("/{x:str}", {"x": "a/y"}), id="root in path only"),
        pytest.param("/a/y", "/r", b"/a%2Fy", ("/{x:str}", {"x": "a/y"}), id="root in neither"),
        pytest.param("/r/s/a/y", "/r/s", b"/r%2Fs/a%2Fy", ("/{x:str}", {"x": "a/y"}), id="root with one"),
        pytest.param("/new/y", "", b"/old%2Fz", ("/{x:str}/y", {"x": "new"}), id="rewritten path"),
        pytest.param("/y/y", "", b"/x%2Fy", ("/{x:str}/y", {"x": "y"}), id="rewritten, as long"),
        pytest.param("/c/y", "", b"/ab%2Fc/y", ("/{x:str}/y", {"x": "c"}), id="rewritten, an end"),
        pytest.param("/b/y", "", b"/a%2Fb/y", ("/{x:str}/y", {"x": "b"}), id="within a segment"),
        pytest.param("/", "", b"%2F", ("/", {}), id="raw without a slash"),
        pytest.param("a/y", "", b"a%2Fy", None, id="no slash before"),
        pytest.param("*", "", b"*", None, id="asterisk"),
        pytest.param("/m/x", "", b"/m/x", None, id="below a mount"),
    ],
)  # fmt: skip
def test_a_request_finds_its_route(
    tree: Tree[str], path: str, root: str, raw: bytes | None, found: Any
) -> None:
    assert find_route(tree, scope(path, root, raw)) == found


def test_an_application_may_leave_the_optional_keys_out(tree: Tree[str]) -> None:
    assert find_route(tree, {"path": "/a"}) == ("/{x:str}", {"x": "a"})
    assert find_mounted(tree, {"path": "/m/a"}) == ("/m", {}, 1)


@pytest.mark.parametrize(
    ("path", "root", "raw", "inner_root", "inner_path", "values"),
    [
        pytest.param("/m/x", "", None, "/m", "/m/x", {}, id="plain"),
        pytest.param("/m", "", None, "/m", "/m", {}, id="the mount itself"),
        pytest.param("/m/", "", None, "/m", "/m/", {}, id="with a slash"),
        pytest.param("/m//x/", "", None, "/m", "/m//x/", {}, id="empty segment"),
        pytest.param("/r/m/x", "/r", None, "/r/m", "/r/m/x", {}, id="whole path"),
        pytest.param("/m/x", "/r", None, "/r/m", "/r/m/x", {}, id="path below the root"),
        pytest.param("/m/x", "/r/", None, "/r/m", "/r/m/x", {}, id="root with a slash"),
        pytest.param("/m/x", "/mm", None, "/mm/m", "/mm/m/x", {}, id="root that begins alike"),
        pytest.param("/mm/x", "/m", None, None, "", {}, id="part of a segment"),
        pytest.param("/t/n/x", "", None, "/t/n", "/t/n/x", {"name": "n"}, id="parameter"),
        pytest.param("/t/a/b/x", "", b"/t/a%2Fb/x", "/t/a/b", "/t/a/b/x", {"name": "a/b"}, id="data"),
        pytest.param("m/x", "", None, None, "", {}, id="no slash before"),
        pytest.param("*", "", None, None, "", {}, id="asterisk"),
    ],
)  # fmt: skip
def test_what_is_mounted_sees_its_root(
    tree: Tree[str], path: str, root: str, raw: Any, inner_root: Any, inner_path: str, values: Any
) -> None:
    outer = scope(path, root, raw, path_params={"outer": 1})
    mounted = find_mounted(tree, outer)
    assert (mounted is None) == (inner_root is None)
    if mounted is not None:
        inner = below(outer, mounted[2], mounted[1])
        assert (inner["root_path"], inner["path"]) == (inner_root, inner_path)
        assert inner["path_params"] == {"outer": 1, **values}
        assert outer["path_params"] == {"outer": 1}


@pytest.mark.parametrize(
    ("root", "path"),
    [("", "/items/5"), (None, "/items/5"), ("/", "/items/5"), ("/a b/ü/", "/a%20b/%C3%BC/items/5")],
)
def test_a_path_below_the_root_is_written_whole(root: str | None, path: str) -> None:
    assert rooted(scope("/", root), "/items/5") == path


TEXTS = st.lists(
    st.text(st.characters(codec="utf-8"), min_size=1) | st.text("/a%2F.", min_size=1),
    min_size=1,
    max_size=4,
)


@given(TEXTS, TEXTS)
def test_every_segment_is_found_as_it_was_meant(above: list[str], texts: list[str]) -> None:
    """Whatever is in them, and whether the root is part of the paths or not."""
    tree: Tree[int] = Tree()
    tree.add("/" + "/".join(f"{{v{at}:str}}" for at in range(len(texts))), 1)
    root, path = ("".join(f"/{each}" for each in parts) for parts in (above, texts))
    raw_root, raw = (
        "".join(f"/{quote_segment(each)}" for each in parts).encode() for parts in (above, texts)
    )
    wanted = (1, {f"v{at}": text for at, text in enumerate(texts)})
    assert find_route(tree, scope(path, "", raw)) == wanted
    if not root.endswith("/"):
        assert find_route(tree, scope(root + path, root, raw_root + raw)) == wanted
        assert find_route(tree, scope(root + path, root, raw)) == wanted
    if not path.startswith(root.rstrip("/")):
        assert find_route(tree, scope(path, root, raw_root + raw)) == wanted
        assert find_route(tree, scope(path, root, raw)) == wanted


@pytest.mark.parametrize(
    "mounts",
    [(), ("/m",), ("/m/n", "/x/{a:str}"), ("/{a:int}/m", "/x"), ("/",), ("/m", "/{a:str}/n")],
    ids=" ".join,
)
@given(st.lists(st.sampled_from(["m", "n", "x", "1", "", "m/n"]), max_size=4))
def test_no_mount_is_missed(mounts: tuple[str, ...], texts: list[str]) -> None:
    """The first segment tells whether to look for one at all."""
    tree: Tree[str] = Tree()
    for each in mounts:
        tree.add_mount(each, each)
    path = "/" + "/".join(texts)
    assert find_mounted(tree, scope(path, "")) == tree.find_mount(segments_of(path))
    raw = "".join(f"/{quote_segment(each)}" for each in texts).encode() or b"/"
    whole = texts[:-1] if texts and not texts[-1] else texts
    assert find_mounted(tree, scope(path, "", raw)) == tree.find_mount(whole)


@given(
    st.text(), st.text() | st.none(), st.binary() | st.none() | st.from_regex(rb"(/|%2F|a){0,9}")
)
def test_no_scope_is_an_error(path: str, root: str | None, raw: bytes | None) -> None:
    tree: Tree[int] = Tree()
    tree.add("/{a:str}/{b:path}", 1)
    tree.add_mount("/{a:str}", 2)
    for each in (scope(path, root, raw), scope(unquote(raw or b""), root, raw)):
        find_route(tree, each)
        mounted = find_mounted(tree, each)
        if mounted is not None:
            inner = below(each, mounted[2], mounted[1])
            assert routed_path(inner)[:1] == "/"
