"""`assert_conforms` where schemathesis is not installed; with it, it is tested in `tests-integration`."""

import sys

import pytest

from pleiad_testing import assert_conforms


async def app(scope, receive, send):
    raise AssertionError("nobody is asked")


def test_a_missing_tool_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "schemathesis", None)
    with pytest.raises(ImportError, match=r"pip install 'pleiad-testing\[openapi\]'"):
        assert_conforms(app)
