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


@pytest.mark.parametrize("pattern", ["", ".*", ["/a", ""]])
def test_a_pattern_that_excludes_everything_warns(pattern):
    with pytest.warns(UserWarning, match="Owner excludes .* every path"):
        Exclusion(Owner, pattern, None, ["http"])


def test_alternatives_do_not_leak_into_each_other():
    rule = Exclusion(Owner, ["^/a|^/b", "c$"], None, "http")
    found = [path for path in ("/a", "/b", "/xc", "/cx", "/x/a") if rule.finds(path, {})]
    assert found == ["/a", "/b", "/xc"]
