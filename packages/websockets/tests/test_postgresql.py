"""What messages and channels are to PostgreSQL; tests-integration has one that runs."""

from types import SimpleNamespace

import anyio
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pleiad_http import MissingDependencyException
from pleiad_websockets.channels import AsyncPgChannelsBackend, ChannelsException, postgresql

pytestmark = pytest.mark.anyio


@pytest.fixture
def backend(monkeypatch):
    monkeypatch.setattr(postgresql, "find_spec", lambda name: name)
    return AsyncPgChannelsBackend("postgresql://localhost")


@given(st.binary() | st.text().map(str.encode))
@example(b"\x01")
@example(b"\x01AAAA")
@example(b"a\0")
def test_message_as_text_and_back(data):
    payload = postgresql._payload(data)
    assert postgresql._data(payload) == data
    assert "\0" not in payload


@pytest.mark.parametrize("payload", ["\x01", "\x01?", "\x01AAA", "text", "\x01é"])
def test_what_others_notify_is_never_an_error(payload):
    assert isinstance(postgresql._data(payload), bytes)


@given(st.text(st.characters(exclude_categories=())), st.text(st.characters(exclude_categories=())))
def test_channels_have_names_that_can_be_written_and_are_their_own(one, other):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postgresql, "find_spec", lambda name: name)
        backend = AsyncPgChannelsBackend("postgresql://localhost")
    names = [backend._name(each) for each in (one, other)]
    assert all(0 < len(each.encode()) <= 63 and "\0" not in each for each in names)
    assert (names[0] == names[1]) is (one == other)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"x" * 8000, "8000 bytes is 8000 bytes as a notification"),
        (b"\xff" * 5998, "5998 bytes is 8001 bytes as a notification"),
    ],
    ids=["text", "no text"],
)
def test_largest_message(backend, data, text):
    backend.check_message(data[1:])
    with pytest.raises(ChannelsException, match=text):
        backend.check_message(data)


def test_prefix_of_the_names(backend):
    own = AsyncPgChannelsBackend("postgresql://localhost", key_prefix="own")
    assert (own._name("news"), backend._name("news")) == ("own:news", "PLEIAD_CHANNELS:news")


async def test_connections_are_made_as_the_program_says(backend):
    class Connection:
        def get_settings(self):
            return SimpleNamespace(server_encoding="LATIN1")

        async def close(self, **options):
            made.append("closed")

        def terminate(self): ...

    made = []

    async def make():
        made.append("made")
        return Connection()

    with pytest.raises(ChannelsException, match="LATIN1"):
        await AsyncPgChannelsBackend(make_connection=make).on_startup()
    assert made == ["made", "closed"]


@pytest.mark.parametrize("options", [{}, {"dsn": "postgresql://x", "make_connection": print}])
def test_one_way_to_connect(backend, options):
    with pytest.raises(ChannelsException, match="give one of"):
        AsyncPgChannelsBackend(**options)


def test_asyncpg_is_asked_for_by_name(monkeypatch):
    monkeypatch.setattr(postgresql, "find_spec", lambda name: None)
    with pytest.raises(MissingDependencyException, match=r"pleiad-websockets\[postgresql\]"):
        AsyncPgChannelsBackend("postgresql://localhost")


class Connection:
    """Of asyncpg's, what the backend uses."""

    def __init__(self):
        self.open = True
        self.sent = []
        self.closing = anyio.Event()
        self.let_close = anyio.Event()
        self.let_close.set()

    def is_closed(self):
        return not self.open

    def get_settings(self):
        return self

    server_encoding = "UTF8"

    def add_termination_listener(self, listener):
        pass

    async def execute(self, *statement):
        self.sent.append(statement)

    async def close(self, *, timeout):
        self.closing.set()
        await self.let_close.wait()
        self.open = False

    def terminate(self):
        self.open = False


@pytest.mark.anyio
@pytest.mark.parametrize("begins_anew", [True, False], ids=["begins anew", "ends"])
async def test_connection_that_comes_too_late_is_closed(monkeypatch, begins_anew):
    """A message is published while the backend closes its connections: no other one finds this one."""
    made, connecting, let_connect = [], anyio.Event(), anyio.Event()
    monkeypatch.setattr(postgresql, "find_spec", lambda name: name)

    async def connect():
        connection = Connection()
        made.append(connection)
        if len(made) == 2:
            connecting.set()
            await let_connect.wait()
        return connection

    async def publish():
        with pytest.raises(ConnectionError):
            await backend.publish(b"late", ["room"])

    backend = AsyncPgChannelsBackend(make_connection=connect)
    await backend.on_startup()
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(publish)
            await connecting.wait()
            await (backend.on_startup() if begins_anew else backend.on_shutdown())
            if begins_anew:
                await backend.publish(b"next", ["room"])
            let_connect.set()
        await backend.on_shutdown()
    assert [each.open for each in made] == [False] * len(made)
    assert [len(each.sent) for each in made] == ([0, 0, 0, 1] if begins_anew else [0, 0])


@pytest.mark.anyio
async def test_both_connections_are_closed_though_it_is_cancelled(monkeypatch):
    made = []
    monkeypatch.setattr(postgresql, "find_spec", lambda name: name)

    async def connect():
        made.append(Connection())
        return made[-1]

    backend = AsyncPgChannelsBackend(make_connection=connect)
    await backend.on_startup()
    await backend.publish(b"x", ["room"])
    made[0].let_close = anyio.Event()
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(backend.on_shutdown)
            await made[0].closing.wait()
            group.cancel_scope.cancel()
    assert [each.open for each in made] == [False, False]
