"""What messages and channels are to PostgreSQL; tests-integration has one that runs."""

from types import SimpleNamespace

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
