from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pleiad_routing import (
    STANDARD,
    ParameterType,
    RouteConflict,
    Template,
    TemplateError,
    Tree,
    segments_of,
)
from pleiad_routing.tree import _Node


def tree_of(*templates: str) -> Tree[str]:
    tree: Tree[str] = Tree()
    for each in templates:
        tree.add(each, each)
    return tree


TABLE = (
    "/", "/a", "/a/b", "/a/{x:int}", "/a/{y:str}", "/a/{p:path}", "/{z:str}/b", "/{z:str}/b/c",
    "/u/{id:uuid}/x/{n:int}", "/u/{name:str}/y", "/u/{name:str}/x/{n:str}", "/f/{p:path}",
)  # fmt: skip

FOUND: list[Any] = [
    ("/", "/", {}),
    ("", "/", {}),
    ("/a", "/a", {}),
    ("/a/", "/a", {}),
    ("/a/b", "/a/b", {}),
    ("/a/b/", "/a/b", {}),
    ("/a/1", "/a/{x:int}", {"x": 1}),
    ("/a/1/", "/a/{x:int}", {"x": 1}),
    ("/a/c", "/a/{y:str}", {"y": "c"}),
    ("/a/b/c", "/a/{p:path}", {"p": "/b/c"}),
    ("/q/b", "/{z:str}/b", {"z": "q"}),
    ("/q/b/c", "/{z:str}/b/c", {"z": "q"}),
    ("/u/n/y", "/u/{name:str}/y", {"name": "n"}),
    ("/u/n/x/3", "/u/{name:str}/x/{n:str}", {"name": "n", "n": "3"}),
    ("/u/6f1f3a3e-8a1e-4a3e-9c1e-0a1b2c3d4e5f/y", "/u/{name:str}/y", {"name": "6f1f3a3e-8a1e-4a3e-9c1e-0a1b2c3d4e5f"}),
    ("/f/x//y", "/f/{p:path}", {"p": "/x//y"}),
    ("/f/..", "/f/{p:path}", {"p": "/.."}),
    ("/a/..", "/a/{y:str}", {"y": ".."}),
    ("/a/\0", "/a/{y:str}", {"y": "\0"}),
    ("/a/\ud800", "/a/{y:str}", {"y": "\ud800"}),
    ("/f", None, {}),
    ("/f/", None, {}),
    ("//", None, {}),
    ("//a", None, {}),
    ("/a//", "/a/{p:path}", {"p": "/"}),
    ("/a//c", "/a/{p:path}", {"p": "//c"}),
    ("/u//y", None, {}),
    ("/a/./b", "/a/{p:path}", {"p": "/./b"}),
    ("/a/../a/b", "/a/{p:path}", {"p": "/../a/b"}),
    ("/A", None, {}),
    ("a/b", None, {}),
    ("q/b", None, {}),
    ("*", None, {}),
    ("http://host/a", None, {}),
    ("/q", None, {}),
    ("/q/c", None, {}),
    ("/u/n/z", None, {}),
    ("a", None, {}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "template", "values"), FOUND)
def test_a_path_finds_its_template(path: str, template: str | None, values: dict[str, Any]) -> None:
    expected = None if template is None else (template, values)
    assert tree_of(*TABLE).find(path) == expected
    assert tree_of(*reversed(TABLE)).find(path) == expected


def test_the_order_of_types_is_by_width_not_by_registration() -> None:
    kinds = [name for name in STANDARD if name != "path"]
    tree = tree_of(*[f"/{{v:{kind}}}" for kind in reversed(kinds)])
    found = {
        text: tree.find(f"/{text}") for text in ("1", "1.5", "2026-11-24", "10:31", "PT1M", "x")
    }
    assert {text: each[0] for text, each in found.items() if each} == {
        "1": "/{v:int}", "1.5": "/{v:timedelta}", "2026-11-24": "/{v:date}", "10:31": "/{v:time}",
        "PT1M": "/{v:timedelta}", "x": "/{v:str}",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/a", "/a/"),
        ("/a/{b:int}", "/a/{c:int}"),
        ("/{a:str}/b", "/{c:str}/b"),
        ("/{p:path}", "/{q:path}"),
    ],
)
def test_a_conflict_names_both(first: str, second: str) -> None:
    with pytest.raises(RouteConflict) as refused:
        tree_of(first, second)
    assert str(Template(first)) in str(refused.value)
    assert str(Template(second)) in str(refused.value)


def test_values_are_found_by_their_template() -> None:
    tree = tree_of(*TABLE)
    assert tree.get("/a/{x:int}") == "/a/{x:int}"
    assert tree.get("/a/{other:int}") is None
    assert {str(template): value for template, value in tree} == {each: each for each in TABLE}
    assert len(tree) == len(TABLE)


def test_a_segment_may_hold_a_slash() -> None:
    assert tree_of("/a/{y:str}").find_segments(["a", "b/c"]) == ("/a/{y:str}", {"y": "b/c"})


MOUNTS: list[Any] = [
    ([], "/", {}, 0),
    (["x"], "/", {}, 0),
    (["m"], "/m", {}, 1),
    (["m", "x", "y"], "/m", {}, 1),
    (["m", "n", "y"], "/m/n", {}, 2),
    (["t", "5", "z"], "/t/{id:int}", {"id": 5}, 2),
    (["t", "x"], "/", {}, 0),
]


@pytest.mark.parametrize(("segments", "template", "values", "length"), MOUNTS)
def test_the_longest_mount_is_found(segments: Any, template: str, values: Any, length: int) -> None:
    tree: Tree[str] = Tree()
    for each in ("/", "/m", "/m/n", "/t/{id:int}"):
        tree.add_mount(each, each)
    assert tree.find_mount(segments) == (template, values, length)
    with pytest.raises(RouteConflict):
        tree.add_mount("/m/", "again")


# What the tree should find, by trying every template

PARTS = st.sampled_from(["a", "b", "1", "{int}", "{str}", "{date}", "{timedelta}", "{path}"])


def written(parts: list[str]) -> str:
    """Parameters get names by their place; a `path` ends the template."""
    end = parts.index("{path}") + 1 if "{path}" in parts else len(parts)
    named = (each.replace("{", f"{{v{at}:") for at, each in enumerate(parts[:end]))
    return "/" + "/".join(named)


TEMPLATES = st.lists(st.lists(PARTS, max_size=4).map(written), max_size=12, unique=True)
MOUNTED = TEMPLATES.map(lambda templates: [each for each in templates if ":path" not in each])
PATHS = st.lists(
    st.sampled_from(["a", "b", "1", "-2", "x", "2026-11-24", "PT1M", "", ".."]), max_size=5
).map(lambda segments: "/" + "/".join(segments))


def rank(part: Any) -> int:
    return -1 if isinstance(part, str) else list(STANDARD).index(part.type.name)


def matched(template: Template, segments: list[str], *, mount: bool) -> dict[str, Any] | None:
    """The values that a template reads from segments, or None."""
    values: dict[str, Any] = {}
    for at, part in enumerate(template.segments):
        if at >= len(segments):
            return None
        if isinstance(part, str):
            if part != segments[at]:
                return None
        elif part.type.name == "path":
            return {**values, part.name: "/" + "/".join(segments[at:])}
        else:
            try:
                values[part.name] = part.type.parse(segments[at])
            except ValueError:
                return None
            if not segments[at]:
                return None
    return values if mount or len(segments) == len(template.segments) else None


def expected(routes: list[str], mounts: list[str], path: str) -> tuple[Any, Any]:
    """What `find` and `find_mount` should give."""
    segments = path.removesuffix("/").split("/")[1:]
    found = []
    for text in mounts:
        template = Template(text)
        values = matched(template, segments, mount=True)
        if values is not None:
            ranks = [rank(part) for part in template.segments]
            found.append(((-len(ranks), ranks), (text, values, len(ranks))))
    mounted = min(found, default=(None, None))[1]
    found = []
    for text in routes:
        template = Template(text)
        values = matched(template, segments, mount=False)
        if values is not None:
            found.append(([rank(part) for part in template.segments], (text, values)))
    route = min(found, default=(None, None))[1]
    if route and mounted and ":path" in route[0] and mounted[2] > route[0].count("/") - 1:
        route = None
    return route, mounted


@settings(max_examples=400)
@given(TEMPLATES, MOUNTED, PATHS, st.randoms())
def test_the_tree_finds_what_trying_each_would_find(
    routes: list[str], mounts: list[str], path: str, random: Any
) -> None:
    route, mounted = expected(routes, mounts, path)
    random.shuffle(routes)
    tree = tree_of(*routes)
    for each in mounts:
        tree.add_mount(each, each)
    assert tree.find(path) == route
    assert tree.find_segments(segments_of(path)) == route
    assert tree.find_mount(segments_of(path)) == mounted


HOSTILE = st.text(st.characters(exclude_categories=())) | st.text("/.a1\0\ud800\n%", max_size=40)


@given(HOSTILE)
def test_no_path_is_an_error(path: str) -> None:
    tree = tree_of(*TABLE)
    tree.add_mount("/m/{v:str}", "mount")
    found = tree.find(path)
    assert found is None or (path[:1] in ("", "/") and found[0] in TABLE)
    tree.find_mount(segments_of(path))


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/a/" + "x" * 1_000_000, id="one segment"),
        pytest.param("/f" + "/x" * 500_000, id="segments"),
        pytest.param("/f" + "/" * 1_000_000, id="empty segments"),
    ],
)
def test_a_path_of_a_megabyte(path: str) -> None:
    found = tree_of(*TABLE).find(path)
    assert found is not None
    assert found[1] in ({"y": path[3:]}, {"p": path[2:].removesuffix("/")})


@pytest.mark.parametrize(
    "path", ["", "/", "/a", "/a/", "//a", "/a//", "a", "/b", "/a/b", "/a/b/", "/a/x", "//", "/x/y"]
)
def test_without_parameters_a_dict_tells_what_the_tree_does(path: str) -> None:
    tree = tree_of("/", "/a", "/a/b")
    segments = path.split("/")
    alone = None if segments[0] else tree.find_segments(segments_of(path))
    assert tree.find(path) == alone
    tree.add("/x/{y:str}", "a parameter")
    found = ("a parameter", {"y": "y"}) if path == "/x/y" else alone
    assert tree.find(path) == found


def test_nothing_of_a_path_is_kept() -> None:
    tree = tree_of(*TABLE)
    kept = [tree._static.copy(), tree._last.copy(), tree._ends.copy()]
    for number in range(1000):
        assert tree.find(f"/a/{number}-x") == ("/a/{y:str}", {"y": f"{number}-x"})
        assert tree.find(f"/{number}/{number}/{number}") is None
    assert [tree._static, tree._last, tree._ends] == kept


def test_the_values_of_a_path_are_the_callers_own() -> None:
    tree = tree_of("/a", "/{v:int}")
    for path in ("/a", "/1"):
        found = tree.find(path)
        assert found is not None
        found[1]["more"] = 1
        again = tree.find(path)
        assert again is not None
        assert "more" not in again[1]


def test_mounts_and_routes_of_one_place() -> None:
    tree = tree_of("/", "/m/x", "/{s:str}/y", "/{p:path}", "/m/{p:path}")
    for each in ("/", "/m", "/m/deep", "/static"):
        tree.add_mount(each, each)
    found = {
        path: (tree.find(path) or (None,))[0]
        for path in ("/", "/m/x", "/m/y", "/q/y", "/q", "/m/q", "/m/deep/q", "/static/q", "/static")
    }
    assert found == {
        "/": "/",
        "/m/x": "/m/x",
        "/m/y": "/m/{p:path}",
        "/q/y": "/{s:str}/y",
        "/q": "/{p:path}",
        "/m/q": "/m/{p:path}",
        "/m/deep/q": None,
        "/static/q": None,
        "/static": None,
    }


def test_a_longer_mount_comes_before_a_more_literal_one() -> None:
    tree: Tree[str] = Tree()
    for each in ("/m", "/{v:str}/n", "/m/{v:int}", "/m/{v:str}"):
        tree.add_mount(each, each)
    found = {
        path: tree.find_mount(segments_of(path)) for path in ("/m/n/z", "/m/1/z", "/x/n/z", "/m")
    }
    assert {path: each and each[0] for path, each in found.items()} == {
        "/m/n/z": "/m/{v:str}",
        "/m/1/z": "/m/{v:int}",
        "/x/n/z": "/{v:str}/n",
        "/m": "/m",
    }


def test_a_mount_has_no_rest() -> None:
    with pytest.raises(TemplateError, match="leaves nothing to what is mounted"):
        Tree[str]().add_mount("/m/{p:path}", "x")


def tag(name: str) -> ParameterType:
    def parse(text: str) -> str:
        if not text.startswith("#"):
            raise ValueError(text)
        return text

    return ParameterType(name, str, parse)


def test_a_type_that_the_tree_does_not_know_comes_before_str() -> None:
    types = STANDARD.with_type(tag("tag")).with_type(tag("hash"))
    for order in (["tag", "hash", "str"], ["str", "hash", "tag"]):
        tree: Tree[str] = Tree()
        for kind in order:
            tree.add(Template(f"/x/y/{{v:{kind}}}/z", types), kind)
        assert [tree.find("/x/y/#/z"), tree.find("/x/y/a/z")] == [
            ("hash", {"v": "#"}),
            ("str", {"v": "a"}),
        ]


def test_a_rest_of_ones_own_comes_after_a_segment() -> None:
    kind = ParameterType("tail", list, lambda text: text.split("/")[1:], "/".join, rest=True)
    tree: Tree[str] = Tree(STANDARD.with_type(kind))
    template = tree.add("/{w:int}/{v:tail}", "tail")
    tree.add("/{w:int}/{v:str}", "str")
    assert tree.find("/1/a") == ("str", {"w": 1, "v": "a"})
    assert tree.find("/1/a/b") == ("tail", {"w": 1, "v": ["a", "b"]})
    assert template.format(w=1, v=["a b", "c"]) == "/1/a%20b/c"


def test_two_types_of_one_name_do_not_meet() -> None:
    tree = tree_of("/{v:int}")
    other = Template("/{v:int}/x", STANDARD.with_type(ParameterType("int", str, str)))
    with pytest.raises(TemplateError, match=r"'\{v:int\}' is of another type 'int' than the tree"):
        tree.add(other, "x")


def test_a_long_path_costs_no_more_nodes_than_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    templates = [
        f"/{'/'.join(f'{{v{i}:{kind}}}' for i, kind in enumerate(kinds))}/end"
        for kinds in [
            [("int" if bits >> i & 1 else "str") for i in range(8)] for bits in range(256)
        ]
    ]
    tree = tree_of(*templates)
    visits = 0
    find = _Node.find

    def counted(self: Any, *arguments: Any) -> Any:
        nonlocal visits
        visits += 1
        return find(self, *arguments)

    monkeypatch.setattr(_Node, "find", counted)
    assert tree.find("/" + "/".join("1" * 8) + "/no") is None
    assert visits <= 2**9 + 256
    visits = 0
    assert tree.find("/1" * 500_000) is None
    assert visits <= 2**9 + 256


def test_ten_thousand_routes() -> None:
    tree = tree_of(*[f"/things{n}/{{id:int}}/parts/{{part:str}}" for n in range(10_000)])
    assert tree.find("/things9999/7/parts/x") == (
        "/things9999/{id:int}/parts/{part:str}",
        {"id": 7, "part": "x"},
    )
    assert tree.find("/things10000/7/parts/x") is None
