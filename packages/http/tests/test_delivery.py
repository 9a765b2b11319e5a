"""How a stream ends: the client leaves, the app shuts down, something fails, nobody reads on.

Where the number of messages matters, `ahead=1` makes each piece one.
"""

import asyncio
import itertools
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from functools import partial
from importlib.util import find_spec

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pleiad_http import Stream, stream_body
from pleiad_http.body import BODY, DISCONNECTED
from pleiad_http.delivery import AHEAD, Delivery
from pleiad_http.iteration import items_of

pytestmark = pytest.mark.anyio

TRIO = pytest.param("trio", marks=pytest.mark.skipif(not find_spec("trio"), reason="no trio here"))
LEFT = {"type": "http.disconnect"}
START = {"type": "http.response.start", "status": 200, "headers": []}


@pytest.fixture(params=["asyncio", TRIO])
def anyio_backend(request):
    return request.param


class Peer:
    """A server and the client behind it.

    Args:
        requests: Messages that the client sends before it waits to leave.
        stalls_at: The number of the message that the server never finishes taking.
        fails_at: The number of the message that the server refuses.
        error: What it refuses with.
    """

    def __init__(self, *requests, stalls_at=None, fails_at=None, error=None):
        self.requests = list(requests)
        self.stalls_at = stalls_at
        self.fails_at = fails_at
        self.error = error
        self.sent = []
        self.left = anyio.Event()
        self.stalled = anyio.Event()

    async def receive(self):
        if self.requests:
            return self.requests.pop(0)
        await self.left.wait()
        return LEFT

    async def send(self, message):
        number = len(self.sent)
        if number == self.fails_at:
            raise self.error
        self.sent.append(message)
        if number == self.stalls_at:
            self.stalled.set()
            await anyio.sleep_forever()

    @property
    def content(self):
        return [each["body"] for each in self.sent[1:]]

    @property
    def is_complete(self):
        return bool(self.sent) and self.sent[-1].get("more_body") is False


def scope_of(method="GET", headers=(), **more):
    return {
        "type": "http",
        "method": method,
        "headers": list(headers),
        "http_version": "1.1",
        **more,
    }


class Watched:
    """A generator function that notes what happens to its generators."""

    def __init__(self, *items, then=None):
        self.items = items
        self.then = then
        self.log = []

    async def __call__(self):
        self.log.append("begun")
        try:
            for item in self.items:
                yield item
            if self.then is not None:
                await self.then()
        except BaseException as error:
            self.log.append(type(error).__name__)
            raise
        finally:
            await anyio.sleep(0.001)  # what cleans up may wait
            await anyio.sleep(0.001)
            self.log.append("closed")

    @property
    def is_closed_once(self):
        return self.log.count("begun") == self.log.count("closed") == 1


async def deliver(peer, content, scope=None, encode=bytes, **options):
    delivery = Delivery(scope or scope_of(), peer.receive, peer.send, **options)
    with anyio.fail_after(5):
        await delivery.run(START, partial(items_of, content), encode)


async def test_everything_arrives():
    peer, content = Peer(), Watched(b"a", b"", b"b")
    await deliver(peer, content(), opening=b"o", ahead=1)
    assert peer.content == [b"o", b"a", b"b", b""]
    assert peer.sent[0] is START
    assert [each["more_body"] for each in peer.sent[1:]] == [True, True, True, False]
    assert content.log == ["begun", "closed"]


class TestClientLeaves:
    async def test_while_the_generator_waits(self):
        peer = Peer()

        async def wait():
            peer.left.set()
            await anyio.sleep_forever()

        scope, content = scope_of(), Watched(b"a", then=wait)
        await deliver(peer, content(), scope, ahead=1)
        assert (peer.content, peer.is_complete) == ([b"a"], False)
        assert content.is_closed_once
        assert scope[DISCONNECTED]

    async def test_while_a_message_is_taken(self):
        peer, content = Peer(stalls_at=1), Watched(b"a", b"b")

        async def leave():
            await peer.stalled.wait()
            peer.left.set()

        async with anyio.create_task_group() as group:
            group.start_soon(leave)
            await deliver(peer, content(), ahead=1)
        assert peer.content == [b"a"]
        assert content.log == ["begun", "GeneratorExit", "closed"]

    async def test_while_a_message_is_taken_and_the_generator_waits(self):
        peer, content = Peer(stalls_at=1), Watched(b"a", then=anyio.sleep_forever)

        async def leave():
            await peer.stalled.wait()
            peer.left.set()

        async with anyio.create_task_group() as group:
            group.start_soon(leave)
            await deliver(peer, content())
        assert peer.content == [b"a"]
        assert content.is_closed_once

    async def test_while_neither_ever_waits(self):
        peer, count = Peer(), 0

        async def endless():
            nonlocal count
            while True:
                count += 1
                if count == 10:
                    peer.left.set()
                yield b"" if count % 2 else b"a"

        await deliver(peer, endless())
        assert not peer.is_complete

    async def test_while_each_item_is_sent_and_neither_ever_waits(self, monkeypatch):
        clock = itertools.count(step=0.001)  # a millisecond passes from one look to the next
        monkeypatch.setattr("pleiad_http.delivery.perf_counter", clock.__next__)
        peer = Peer()
        peer.left.set()

        async def items():
            for _ in range(1000):
                yield b"a"
            raise AssertionError("nobody had a turn")

        await deliver(peer, items(), ahead=1)
        assert not peer.is_complete

    async def test_endless_items_of_no_content(self):
        peer = Peer()
        peer.left.set()

        async def endless():
            while True:
                yield b""

        await deliver(peer, endless())
        assert not peer.is_complete

    async def test_before_anything(self):
        peer, content = Peer(), Watched(then=anyio.sleep_forever)
        await deliver(peer, content(), scope_of(**{DISCONNECTED: True}))
        assert content.is_closed_once
        assert not peer.is_complete

    async def test_the_server_says_so_when_it_is_sent_to(self):
        peer, content = Peer(fails_at=2, error=BrokenPipeError()), Watched(b"a", b"b", b"c")
        scope = scope_of()
        await deliver(peer, content(), scope, ahead=1)
        assert peer.content == [b"a"]
        assert content.log == ["begun", "GeneratorExit", "closed"]
        assert scope[DISCONNECTED]

    async def test_while_a_callable_opens_its_items(self):
        peer = Peer()

        async def never():
            peer.left.set()
            await anyio.sleep_forever()

        await deliver(peer, never)
        assert peer.sent == []

    async def test_generator_that_goes_on_is_closed(self):
        peer, log = Peer(), []

        async def stubborn():
            try:
                yield b"a"
                peer.left.set()
                try:
                    await anyio.sleep_forever()
                except BaseException as error:
                    log.append(type(error))
                yield b"b"
                log.append("went on")
            finally:
                log.append("closed")

        await deliver(peer, stubborn(), ahead=1)
        assert log == [anyio.get_cancelled_exc_class(), "closed"]
        assert peer.content == [b"a"]

    async def test_client_that_stays_is_not_said_to_have_left(self):
        scope = scope_of()
        await deliver(Peer(), [b"a"], scope)
        assert DISCONNECTED not in scope

    async def test_server_that_says_disconnect_after_the_end(self):
        scope, peer = scope_of(), Peer()

        async def send(message):
            if not message.get("more_body", True):
                peer.left.set()
                await anyio.sleep(0)

        await Delivery(scope, peer.receive, send).run(START, partial(items_of, [b"a"]), bytes)


class TestNothingWaits:
    """Content that is there at once, and a server that takes it: nobody has anything to watch for."""

    @pytest.fixture(autouse=True)
    def no_pauses(self, monkeypatch):
        monkeypatch.setattr("pleiad_http.delivery.FAIR_SECONDS", 600)

    async def content(self):
        yield b"a"
        yield b"b"

    async def test_nobody_watches(self):
        peer = Peer()

        async def receive():
            raise AssertionError("nothing waits")

        scope = scope_of(**{"pleiad.shutting_down": anyio.Event()})
        delivery = Delivery(scope, receive, peer.send, parting=b"", ping=b"p", ping_interval=1)
        await delivery.run(START, partial(items_of, self.content()), bytes)
        assert peer.content == [b"ab", b""]

    @pytest.mark.parametrize("stalls_at", [0, 1, 2], ids=["head", "content", "end"])
    async def test_client_leaves_a_server_that_waits(self, stalls_at):
        peer, scope = Peer(stalls_at=stalls_at), scope_of()

        async def leave():
            await peer.stalled.wait()
            peer.left.set()

        async with anyio.create_task_group() as group:
            group.start_soon(leave)
            await deliver(peer, self.content(), scope)
        assert len(peer.sent) == stalls_at + 1
        assert scope[DISCONNECTED]

    @pytest.mark.parametrize("waits_at", [0, 1, 2], ids=["head", "content", "end"])
    async def test_shutdown_cuts_no_message(self, waits_at):
        peer, down = Peer(), anyio.Event()

        async def send(message):
            if len(peer.sent) == waits_at:
                down.set()
                await anyio.sleep(0.005)
            peer.sent.append(message)

        scope = scope_of(**{"pleiad.shutting_down": down})
        delivery = Delivery(scope, peer.receive, send, parting=b"bye")
        await delivery.run(START, partial(items_of, self.content()), bytes)
        assert peer.content == [b"ab", b""]

    async def test_failure_before_the_first_item_comes_after_the_head(self):
        """Whether an item was waited for before or not."""
        peer = Peer()

        async def content():
            raise KeyError("own")
            yield

        with pytest.raises(KeyError, match="own"):
            await deliver(peer, content())
        assert peer.sent == [START]

    async def test_head_does_not_wait_for_the_first_item(self):
        peer, begun = Peer(), anyio.Event()

        async def send(message):
            peer.sent.append(message)
            begun.set()

        async def content():
            await begun.wait()
            yield b"a"

        with anyio.fail_after(5):
            delivery = Delivery(scope_of(), peer.receive, send)
            await delivery.run(START, partial(items_of, content()), bytes)
        assert peer.sent[0] is START
        assert peer.content == [b"a", b""]

    async def test_callable_that_was_left_may_wait_when_it_cleans_up(self):
        peer, log = Peer(), []

        async def never():
            try:
                peer.left.set()
                await anyio.sleep_forever()
            finally:
                await anyio.sleep(0.001)
                log.append("closed")

        await deliver(peer, never)
        assert (peer.sent, log) == ([], ["closed"])


class TestContentOfTheRequest:
    def chunks(self, *chunks):
        messages = [{"type": "http.request", "body": each, "more_body": True} for each in chunks]
        messages[-1]["more_body"] = False
        return messages

    def scope(self):
        return scope_of("POST", [(b"content-length", b"4")])

    async def test_generator_reads_it(self):
        peer, scope = Peer(*self.chunks(b"ab", b"cd")), self.scope()

        async def echo():
            async for chunk in stream_body(scope, peer.receive, None):
                yield chunk
            peer.left.set()
            await anyio.sleep_forever()

        await deliver(peer, echo(), scope)
        assert b"".join(peer.content) == b"abcd"

    async def test_nobody_reads_it(self):
        peer, scope = Peer(*self.chunks(b"ab", b"cd")), self.scope()
        content = Watched(b"a", then=anyio.sleep_forever)
        peer.left.set()
        await deliver(peer, content(), scope)
        assert content.is_closed_once
        assert scope[DISCONNECTED]
        assert peer.requests == []

    async def test_client_leaves_in_the_midst_of_it(self):
        peer = Peer({"type": "http.request", "body": b"ab", "more_body": True})
        scope, content = self.scope(), Watched(b"a", then=anyio.sleep_forever)
        peer.left.set()
        await deliver(peer, content(), scope)
        assert content.is_closed_once

    async def test_it_was_read_before(self):
        peer, scope = Peer(), self.scope() | {BODY: b"abcd"}
        content = Watched(b"a", then=anyio.sleep_forever)
        peer.left.set()
        await deliver(peer, content(), scope)
        assert scope[BODY] == b"abcd"


class TestFailure:
    @pytest.mark.parametrize("items", [(), (b"a",), (b"a", b"b")], ids=len)
    async def test_of_the_generator(self, items):
        async def fail():
            raise KeyError("own")

        peer, content = Peer(), Watched(*items, then=fail)
        with pytest.raises(KeyError, match="own"):
            await deliver(peer, content())
        assert (b"".join(peer.content), peer.is_complete) == (b"".join(items), False)
        assert content.log == ["begun", "KeyError", "closed"]

    async def test_of_a_sync_generator(self):
        def content():
            yield b"a"
            raise KeyError("own")

        peer = Peer()
        with pytest.raises(KeyError, match="own"):
            await deliver(peer, content())
        assert (peer.content, peer.is_complete) == ([b"a"], False)

    async def test_of_the_encoder(self):
        peer, content = Peer(), Watched(b"a", "é", b"c")
        with pytest.raises(TypeError):
            await deliver(peer, content())
        assert (peer.content, peer.is_complete) == ([b"a"], False)
        assert content.log == ["begun", "GeneratorExit", "closed"]

    async def test_of_the_server(self):
        peer, content = Peer(fails_at=2, error=RuntimeError("server")), Watched(b"a", b"b")
        with pytest.raises(RuntimeError, match="server"):
            await deliver(peer, content(), ahead=1)
        assert content.is_closed_once

    async def test_of_the_server_while_the_generator_waits(self):
        peer = Peer(fails_at=1, error=RuntimeError("server"))
        content = Watched(b"a", then=anyio.sleep_forever)
        with pytest.raises(RuntimeError, match="server"):
            await deliver(peer, content())
        assert content.is_closed_once

    async def test_of_the_server_with_what_a_failed_generator_gave(self, monkeypatch):
        monkeypatch.setattr("pleiad_http.delivery.FAIR_SECONDS", 600)  # it is sent at the end

        async def content():
            yield b"a"
            raise KeyError("own")

        peer = Peer(fails_at=1, error=RuntimeError("server"))
        with pytest.raises(KeyError, match="own"):
            await deliver(peer, content())
        assert peer.content == []

    async def test_of_cleaning_up(self):
        async def content():
            try:
                yield b"a"
            finally:
                raise KeyError("own")

        peer = Peer()
        with pytest.raises(KeyError, match="own"):
            await deliver(peer, content())
        assert not peer.is_complete

    async def test_of_a_callable_comes_before_the_head(self):
        def content():
            raise KeyError("own")

        peer = Peer()
        with pytest.raises(KeyError, match="own"):
            await deliver(peer, content)
        assert peer.sent == []

    @pytest.mark.parametrize("second", [b"b", "no bytes"], ids=["at its end", "broken off"])
    async def test_cleaning_up_has_an_end(self, second, monkeypatch):
        monkeypatch.setattr("pleiad_http.delivery.SECONDS_TO_CLOSE", 0.01)
        peer = Peer()

        async def content():
            try:
                yield b"a"
                yield second
                peer.left.set()
                await anyio.sleep_forever()
            finally:
                await anyio.sleep_forever()

        with pytest.raises(TimeoutError, match=r"more than 0\.01 s to close"):
            await deliver(peer, content())
        assert not peer.is_complete


class TestCancellation:
    @pytest.mark.parametrize("stalls_at", [None, 0, 1], ids=["waiting", "head", "sending"])
    async def test_from_outside(self, stalls_at):
        peer, content = Peer(stalls_at=stalls_at), Watched(b"a", then=anyio.sleep_forever)
        with anyio.move_on_after(0.02) as outer:
            await deliver(peer, content())
        assert outer.cancelled_caught
        assert not peer.is_complete
        assert content.log.count("begun") == content.log.count("closed")

    @pytest.mark.parametrize("anyio_backend", ["asyncio"])  # trio cancels no tasks
    @pytest.mark.parametrize("stalls_at", [None, 1], ids=["waiting", "sending"])
    async def test_of_the_task(self, stalls_at):
        peer, content = Peer(stalls_at=stalls_at), Watched(b"a", then=anyio.sleep_forever)
        task = asyncio.ensure_future(deliver(peer, content()))
        while not peer.content:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert content.is_closed_once
        assert not peer.is_complete


VARIABLE = ContextVar("VARIABLE", default="unset")


class TestOneTask:
    async def test_scope_of_a_generator_ends_it_in_time(self):
        async def content():
            with anyio.move_on_after(0.01):
                yield b"a"
                await anyio.sleep_forever()
            yield b"b"

        peer = Peer()
        await deliver(peer, content(), ahead=1)
        assert peer.content == [b"a", b"b", b""]

    @pytest.mark.parametrize("ahead", [1, AHEAD], ids=["by this task", "by another"])
    async def test_scope_of_a_generator_does_not_reach_what_is_sent(self, ahead):
        peer = Peer()
        scope = anyio.CancelScope()

        async def send(message):
            if message.get("body") == b"a":
                scope.cancel()
                await anyio.sleep(0.001)
            peer.sent.append(message)

        async def content():
            with scope:
                yield b"a"
                await anyio.sleep_forever()
                yield b"never"
            yield b"b"

        await Delivery(scope_of(), peer.receive, send, ahead=ahead).run(
            START, partial(items_of, content()), bytes
        )
        assert peer.content == [b"a", b"b", b""]

    async def test_task_group_around_items(self):
        async def content():
            channel, items = anyio.create_memory_object_stream(1)

            async def feed():
                async with channel:
                    for number in range(3):
                        await channel.send(b"%d" % number)

            async with items, anyio.create_task_group() as group:
                group.start_soon(feed)
                async for item in items:
                    yield item

        peer = Peer()
        await deliver(peer, content())
        assert b"".join(peer.content) == b"012"

    async def test_task_group_around_items_when_the_client_leaves(self):
        peer, log = Peer(), []

        @asynccontextmanager
        async def resource():
            try:
                yield
            finally:
                await anyio.sleep(0.001)
                log.append("given back")

        async def content():
            async with resource(), anyio.create_task_group() as group:
                group.start_soon(anyio.sleep_forever)
                yield b"a"
                peer.left.set()
                await anyio.sleep_forever()

        await deliver(peer, content())
        assert log == ["given back"]

    async def test_context_variables_hold(self):
        async def content():
            token = VARIABLE.set("set")
            try:
                yield VARIABLE.get().encode()
                await anyio.sleep(0)
                yield VARIABLE.get().encode()
            finally:
                VARIABLE.reset(token)

        peer = Peer()
        await deliver(peer, content())
        assert b"".join(peer.content) == b"setset"


class TestHeld:
    """What is held until the items wait, and for how long."""

    async def test_what_never_waits_is_one_message(self):
        async def content():
            for number in range(100):
                yield b"%d," % number

        peer = Peer()
        await deliver(peer, content(), opening=b"o,")
        assert b"".join(peer.content) == b"o," + b"".join(b"%d," % n for n in range(100))
        assert len(peer.content) < 10  # a busy machine may make the generator pause

    @pytest.mark.parametrize("pings", [{}, {"ping": b"p", "ping_interval": 600}], ids=len)
    async def test_it_is_sent_while_the_items_wait(self, pings):
        peer, taken = Peer(), anyio.Event()

        async def send(message):
            peer.sent.append(message)
            if message.get("body"):
                taken.set()

        async def content():
            nonlocal taken
            for number in range(5):
                taken = anyio.Event()
                yield b"%d" % number
                await taken.wait()

        with anyio.fail_after(5):
            delivery = Delivery(scope_of(), peer.receive, send, **pings)
            await delivery.run(START, partial(items_of, content()), bytes)
        assert peer.content == [b"0", b"1", b"2", b"3", b"4", b""]

    @pytest.mark.parametrize("end", ["no bytes", None], ids=["broken off", "at its end"])
    async def test_it_is_sent_while_they_are_closed(self, end):
        peer, taken = Peer(), anyio.Event()

        async def send(message):
            peer.sent.append(message)
            if message.get("body"):
                taken.set()

        class Closing:
            def __init__(self):
                self.items = [b"a"] if end is None else [b"a", end]

            def __aiter__(self):
                return self

            async def __anext__(self):
                if not self.items:
                    raise StopAsyncIteration
                return self.items.pop(0)

            async def aclose(self):
                await taken.wait()

        delivery = Delivery(scope_of(), peer.receive, send)
        with anyio.fail_after(5):
            try:
                await delivery.run(START, partial(items_of, Closing()), bytes)
            except TypeError:
                assert end is not None
        assert peer.content[0] == b"a"

    async def test_it_is_sent_though_they_go_on_for_long(self, monkeypatch):
        """Who makes an item without waiting holds the event loop; the item does not wait for the next."""
        monkeypatch.setattr("pleiad_http.delivery.FAIR_SECONDS", -1)
        peer = Peer()

        async def content():
            for number in range(3):
                assert b"".join(peer.content) == b"012"[:number]
                yield b"%d" % number

        await deliver(peer, content())
        assert peer.is_complete

    @pytest.mark.parametrize(
        ("size", "ahead", "most"),
        [
            pytest.param(1, 1, 1, id="each alone"),
            pytest.param(1, 100, 100, id="small ones"),
            pytest.param(30, 100, 4, id="a message of more than the bound"),
            pytest.param(100, 100, 1, id="large ones"),
            pytest.param(1000, AHEAD, 66, id="as by default"),
        ],
    )
    async def test_items_wait_for_the_reader(self, size, ahead, most, monkeypatch):
        """What a stalled reader holds, where nothing waits but the server: one message."""
        monkeypatch.setattr("pleiad_http.delivery.FAIR_SECONDS", 600)
        peer, made = Peer(stalls_at=1), []

        async def content():
            while True:
                made.append(size)
                yield b"x" * size

        async with anyio.create_task_group() as group:
            group.start_soon(partial(deliver, peer, content(), ahead=ahead))
            await peer.stalled.wait()
            await anyio.wait_all_tasks_blocked()
            assert len(made) == most
            peer.left.set()

    async def test_items_that_wait_wait_for_the_reader(self, monkeypatch):
        """What a stalled reader holds, where the items wait: a message, and what is held besides it."""
        monkeypatch.setattr("pleiad_http.delivery.FAIR_SECONDS", 600)
        peer, made = Peer(stalls_at=1), []

        async def content():
            while True:
                made.append(1)
                yield b"x"
                await anyio.sleep(0)

        async with anyio.create_task_group() as group:
            group.start_soon(partial(deliver, peer, content(), ahead=100))
            await peer.stalled.wait()
            await anyio.wait_all_tasks_blocked()
            assert len(made) == len(peer.content[0]) + 100
            peer.left.set()

    async def test_large_pieces_are_not_copied(self):
        large = [b"x" * 100, b"y" * 100]
        peer = Peer()
        items = [b"a", b"b", large[0], large[1], b"c"]
        await deliver(peer, items, encode=lambda item: item, ahead=100)
        assert peer.content == [b"ab", *large, b"c", b""]
        assert [peer.content[1] is large[0], peer.content[2] is large[1]] == [True, True]


PIECES = st.lists(st.tuples(st.binary(max_size=30), st.sampled_from(["", "yield", "sleep"])))


@pytest.mark.parametrize("backend", ["asyncio", TRIO])
@given(
    pieces=PIECES,
    ahead=st.integers(1, 40),
    slow=st.booleans(),
    pings=st.booleans(),
    fails=st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_everything_arrives_in_order(backend, pieces, ahead, slow, pings, fails):
    """However items and server wait: no `send` begins within another, and nothing is lost."""

    async def check():
        peer, inside = Peer(), []

        async def send(message):
            assert not inside
            inside.append(message)
            if slow:
                await anyio.sleep(0.0001)
            inside.clear()
            peer.sent.append(message)

        async def content():
            for piece, wait in pieces:
                yield piece.replace(b"P", b"")
                if wait:
                    await anyio.sleep(0.0002 if wait == "sleep" else 0)
            if fails:
                raise KeyError("own")

        options = {"ping": b"P", "ping_interval": 0.0001} if pings else {}
        delivery = Delivery(scope_of(), peer.receive, send, ahead=ahead, **options)
        with suppress(KeyError):
            await delivery.run(START, partial(items_of, content()), bytes)
        expected = b"".join(piece for piece, _ in pieces)
        assert b"".join(peer.content).replace(b"P", b"") == expected.replace(b"P", b"")
        assert peer.sent[0] is START
        assert peer.is_complete is not fails
        assert [each for each in peer.content[:-1] if not each] == []

    anyio.run(check, backend=backend)


class TestPings:
    async def test_slow_generator_is_not_disturbed(self):
        peer, pinged = Peer(), anyio.Event()

        async def send(message):
            peer.sent.append(message)
            if peer.content.count(b"p") == 3:
                pinged.set()

        async def slow():
            yield b"a"
            with anyio.fail_after(5):
                await pinged.wait()
            yield b"b"

        delivery = Delivery(scope_of(), peer.receive, send, ping=b"p", ping_interval=0.001, ahead=1)
        await delivery.run(START, partial(items_of, slow()), bytes)
        assert peer.content[:1] + peer.content[-2:] == [b"a", b"b", b""]
        assert peer.content.count(b"p") >= 3
        assert peer.sent[0] is START

    async def test_none_while_a_message_is_taken(self):
        """Messages do not mix, however long one of them takes."""
        peer, inside = Peer(), []

        async def send(message):
            inside.append(message)
            await anyio.sleep(0.005)
            assert inside == [message]
            inside.clear()
            peer.sent.append(message)

        delivery = Delivery(scope_of(), peer.receive, send, ping=b"p", ping_interval=0.001, ahead=1)
        await delivery.run(START, partial(items_of, [b"a", b"b", b"c"]), bytes)
        assert [each for each in peer.content if each != b"p"] == [b"a", b"b", b"c", b""]
        assert peer.sent[0] is START
        assert peer.is_complete

    async def test_client_leaves_between_pings(self):
        peer = Peer(fails_at=2, error=ConnectionResetError())
        content = Watched(b"a", then=anyio.sleep_forever)
        await deliver(peer, content(), ping=b"p", ping_interval=0.001)
        assert content.is_closed_once


class TestShutdown:
    async def test_what_has_a_parting_word_ends(self):
        down = anyio.Event()

        async def wait():
            down.set()
            await anyio.sleep_forever()

        peer, content = Peer(), Watched(b"a", then=wait)
        scope = scope_of(**{"pleiad.shutting_down": down})
        await deliver(peer, content(), scope, parting=b"bye", ahead=1)
        assert peer.content == [b"a", b"bye", b""]
        assert peer.is_complete
        assert content.is_closed_once

    async def test_what_has_none_goes_on_and_can_see_it(self):
        down = anyio.Event()
        scope = scope_of(**{"pleiad.shutting_down": down})

        async def content():
            yield b"a"
            down.set()
            await anyio.sleep(0.001)
            yield b"down" if scope["pleiad.shutting_down"].is_set() else b"up"

        peer = Peer()
        await deliver(peer, content(), scope, ahead=1)
        assert peer.content == [b"a", b"down", b""]

    async def test_before_anything(self):
        down = anyio.Event()
        down.set()
        peer, scope = Peer(), scope_of(**{"pleiad.shutting_down": down})
        content = Watched(b"a", then=anyio.sleep_forever)
        await deliver(peer, content(), scope, parting=b"bye", ahead=1)
        assert peer.sent[0] is START
        assert peer.content[-2:] == [b"bye", b""]

    async def test_while_a_callable_opens_its_items(self):
        down = anyio.Event()

        async def never():
            down.set()
            await anyio.sleep_forever()

        peer, scope = Peer(), scope_of(**{"pleiad.shutting_down": down})
        await deliver(peer, never, scope, parting=b"bye", ahead=1)
        assert peer.sent[0] is START
        assert peer.content == [b"bye", b""]

    async def test_last_word_of_a_generator_is_sent(self):
        down = anyio.Event()

        async def content():
            yield b"a"
            down.set()
            try:
                await anyio.sleep_forever()
            except anyio.get_cancelled_exc_class():
                yield b"last"
                raise

        peer, scope = Peer(), scope_of(**{"pleiad.shutting_down": down})
        await deliver(peer, content(), scope, parting=b"bye", ahead=1)
        assert peer.content == [b"a", b"last", b"bye", b""]


async def test_response_is_sent_by_it():
    peer = Peer()
    await Stream([b"a"])(scope_of(), peer.receive, peer.send)
    assert peer.is_complete
