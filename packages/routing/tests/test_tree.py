from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_routing import STANDARD, RouteConflict, Template, Tree
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
        "1": "/{v:int}", "1.5": "/{v:decimal}", "2026-11-24": "/{v:date}", "10:31": "/{v:time}",
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


SEGMENTS = st.sampled_from(["a", "b", "1", "-2", "{i:int}", "{s:str}", "{d:date}", "2026-11-24"])
TEMPLATES = st.lists(
    st.lists(SEGMENTS, max_size=4).map(
        lambda parts: (
            "/"
            + "/".join(
                p.replace("{i", f"{{i{n}").replace("{s", f"{{s{n}").replace("{d", f"{{d{n}")
                for n, p in enumerate(parts)
            )
        )
    ),
    max_size=12,
    unique=True,
)


def oracle(templates: list[str], path: str) -> set[str]:
    """Every template that matches, by trying each."""
    segments = [each for each in path.split("/")[1:]]
    if segments and not segments[-1]:
        segments.pop()
    matching = set()
    for text in templates:
        parts = Template(text).segments
        if len(parts) != len(segments):
            continue
        for part, segment in zip(parts, segments, strict=True):
            if isinstance(part, str):
                if part != segment:
                    break
            else:
                try:
                    part.type.parse(segment)
                except ValueError:
                    break
                if not segment:
                    break
        else:
            matching.add(text)
    return matching


@given(
    TEMPLATES, st.lists(st.sampled_from(["a", "b", "1", "-2", "x", "2026-11-24", ""]), max_size=4)
)
def test_the_tree_finds_what_trying_each_would_find(
    templates: list[str], segments: list[str]
) -> None:
    tree = tree_of(*templates)
    path = "/" + "/".join(segments)
    found = tree.find(path)
    matching = oracle(templates, path)
    assert (found is None) == (not matching)
    if found is not None:
        assert found[0] in matching
        assert found == tree._root.find(
            path.split("/")[1:]
            if path != "/" and not path.endswith("/")
            else [s for s in path.split("/")[1:-1]],
            0,
            [],
        )


@given(st.text())
def test_no_path_is_an_error(path: str) -> None:
    tree_of(*TABLE).find(path)


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
