from collections.abc import Callable
from typing import Any

import pytest

from pleiad_http import (
    Address,
    ASGIConnection,
    ClientException,
    Connection,
    ImproperlyConfiguredException,
    Request,
    State,
)

Scope = Callable[..., dict[str, Any]]


class App:
    def route_reverse(self, name: str, **parameters: Any) -> str:
        return f"/{name}/" + "/".join(f"{k}={v}" for k, v in parameters.items())


def test_nothing_is_read_before_it_is_asked_for() -> None:
    """A scope without anything is enough to make one."""
    Connection({})
    Request({})


def test_views(scope: Scope) -> None:
    connection: Connection[Any, Any, State] = Connection(
        scope(
            ("host", "a.org"),
            ("cookie", "a=1"),
            path="/root/p",
            query=b"x=1&x=2",
            path_params={"id": 5},
            client=("127.0.0.1", 99),
            root_path="/root",
            app=App(),
            route_handler="handler",
            user="u",
            auth="t",
            session={"s": 1},
        )
    )
    assert connection.url == "http://a.org/root/p?x=1&x=2"
    assert connection.base_url == "http://a.org/root/"
    assert connection.headers["Host"] == "a.org"
    assert connection.cookies == {"a": "1"}
    assert connection.query_params.getall("x") == ["1", "2"]
    assert connection.path_params == {"id": 5}
    assert connection.client == Address("127.0.0.1", 99)
    assert isinstance(connection.app, App)
    assert connection.route_handler == "handler"
    assert (connection.user, connection.auth, connection.session) == ("u", "t", {"s": 1})
    assert connection.url_for("show", id=3) == "http://a.org/root/show/id=3"


@pytest.mark.parametrize("name", ["headers", "cookies", "query_params", "url", "state"])
def test_what_was_read_is_kept(name: str, scope: Scope) -> None:
    connection: Connection[Any, Any, State] = Connection(scope())
    assert getattr(connection, name) is getattr(connection, name)


@pytest.mark.parametrize("name", ["app", "route_handler", "user", "auth", "session"])
def test_what_is_missing_says_what_to_do(name: str, scope: Scope) -> None:
    with pytest.raises(
        ImproperlyConfiguredException, match=f"'{name}' is not in the scope"
    ) as caught:
        getattr(Connection(scope()), name)
    assert caught.value.status_code == 500


def test_defaults(scope: Scope) -> None:
    connection: Connection[Any, Any, State] = Connection(scope())
    assert connection.path_params == {}
    assert connection.client is None


def test_client_faults(scope: Scope) -> None:
    connection: Connection[Any, Any, State] = Connection(scope(("host", "a b"), query=b"a=%ff"))
    for name in ("url", "base_url", "query_params"):
        with pytest.raises(ClientException):
            getattr(connection, name)


def test_state_is_that_of_the_scope(scope: Scope) -> None:
    here = scope(state={"db": "x"})
    connection: Connection[Any, Any, State] = Connection(here)
    connection.state.user = "u"
    here["state"]["later"] = 1
    assert here["state"] == {"db": "x", "user": "u", "later": 1}
    assert connection.state.later == 1
    assert Request(here).state.user == "u"


def test_state_without_any(scope: Scope) -> None:
    here = scope()
    Connection(here).state.a = 1
    assert Connection(here).state.a == 1


def test_session(scope: Scope) -> None:
    here = scope(session={"a": 1})
    connection: Connection[Any, Any, State] = Connection(here)
    connection.set_session({"b": 2})
    assert connection.session == {"b": 2} == here["session"]
    connection.clear_session()
    assert connection.session == {}


@pytest.mark.anyio
async def test_without_channels(scope: Scope) -> None:
    connection: Connection[Any, Any, State] = Connection(scope())
    with pytest.raises(RuntimeError, match="receive"):
        await connection.receive()
    with pytest.raises(RuntimeError, match="send"):
        await connection.send({})


def test_generic_forms() -> None:
    """Litestar's four parameters, and three for what leaves the handler open."""
    assert ASGIConnection[Any, Any, Any, Any]
    assert Connection[Any, Any, Any]
    assert Request[Any, Any, Any]
    assert issubclass(Request, Connection)
    assert issubclass(Connection, ASGIConnection)


def test_it_has_no_dict() -> None:
    assert not hasattr(Request({}), "__dict__")
