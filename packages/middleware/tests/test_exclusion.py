import warnings

import pytest

from pleiad_http import ImproperlyConfiguredException
from pleiad_middleware.exclusion import Exclusion


class Owner:
    pass


@pytest.mark.parametrize(
    ("patterns", "scopes", "says"),
    [
        pytest.param("(", ["http"], "Owner excludes paths by '('", id="no regex"),
        pytest.param(["/a", "["], ["http"], "excludes paths by '['", id="one of two"),
        pytest.param([5], ["http"], "excludes paths by 5", id="no text"),
        pytest.param(None, ["http", "ftp"], "Owner has scopes that name 'ftp'", id="scope"),
        pytest.param(None, [], "name nothing", id="no scope"),
    ],
)
def test_wrong_options_are_named(patterns, scopes, says):
    with pytest.raises(ImproperlyConfiguredException) as caught:
        Exclusion(Owner, patterns, None, scopes)
    assert says in str(caught.value)


EVERYTHING = ["", ".*", ["/a", ""], "/", "^/", "^/.*$", "/|x", "^(?!x)"]
MUCH = [None, [], "^/$", "^/a", "/.", "^[^{]*$", "^(/[^/]*){1,9}$", "^.{1,20}$", "{"]


@pytest.mark.parametrize("pattern", EVERYTHING)
def test_a_pattern_that_excludes_everything_warns(pattern):
    with pytest.warns(UserWarning, match="Owner excludes .* every path"):
        Exclusion(Owner, pattern, None, ["http"])


@pytest.mark.parametrize("pattern", MUCH)
def test_a_pattern_that_leaves_something_does_not(pattern):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Exclusion(Owner, pattern, None, ["http"])


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        pytest.param(["^/a|^/b", "c$"], ["/a", "/b", "/xc"], id="alternatives"),
        pytest.param("(?i)^/DOCS", ["/docs", "/Docs"], id="flags"),
        pytest.param(["^/a$", "(?i)^/DOCS"], ["/a", "/docs", "/Docs"], id="flags of one"),
        pytest.param(["(?P<x>a)$", "(?P<x>b)$"], ["/a", "/b", "/x/a"], id="groups of one name"),
        pytest.param([r"(no)", r"(o)\1"], ["/oo"], id="groups by number"),
        pytest.param([], [], id="none"),
    ],
)
def test_patterns_do_not_leak_into_each_other(patterns, found):
    rule = Exclusion(Owner, patterns, None, "http")
    paths = ["/a", "/b", "/xc", "/cx", "/x/a", "/docs", "/Docs", "/oo"]
    assert [path for path in paths if rule.finds(path, {})] == found
