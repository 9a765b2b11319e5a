"""Every option does something, wherever it is written; where it would do nothing, it is refused.

A row of a table holds an option, what is seen of a program without it, and what is seen with it. An
option that has no row fails a test, and so does one that a kind of handler takes without a row for it.
"""

import asyncio
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, NamedTuple

import anyio
import msgspec
import pytest

from pleiad import (
    Controller,
    Pleiad,
    Request,
    Response,
    Router,
    WebSocket,
    asgi,
    get,
    post,
    websocket,
    websocket_listener,
    websocket_stream,
)
from pleiad.background_tasks import BackgroundTask
from pleiad.connection import ASGIConnection
from pleiad.datastructures import CacheControlHeader, ETag, Limits, State
from pleiad.declaring.layer import FOLDED, KNOWN
from pleiad.declaring.options import (
    AppOptions,
    DeclaredHandlerOptions,
    ListenerOptions,
    SocketOptions,
    StreamOptions,
)
from pleiad.declaring.route_handler import ELSEWHERE
from pleiad.exceptions import (
    HTTPException,
    ImproperlyConfiguredException,
    NoRouteMatchFoundException,
    PermissionDeniedException,
    WebSocketDisconnect,
)
from pleiad.handlers import BaseRouteHandler, WebsocketListener
from pleiad.openapi import OpenAPIConfig, ResponseSpec
from pleiad.openapi.spec import Components, ExternalDocumentation, SecurityScheme
from pleiad.params import Body, Parameter
from pleiad.testing import TestClient
from pleiad.types import ASGIApp, Receive, Scope, Send
from pleiad_openapi import Operation
from pleiad_websockets import SocketPolicy

REFUSED = "the program is refused"
LOG: list[str] = []

Makes = Callable[..., BaseRouteHandler]
"""Takes options, and gives a handler that has them."""
Looks = Callable[[Pleiad], Any]


class Effect(NamedTuple):
    """What an option does to a program.

    Attributes:
        option: Its name.
        value: What it is set to.
        without: What is seen of the program where it is not set.
        within: What is seen where it is.
        handler: Makes the handler of the program.
        look: What is seen of an app.
        kind: The kind of the handler.
    """

    option: str
    value: Any
    without: Any
    within: Any
    handler: Makes
    look: Looks
    kind: str = "request"


def seen(effect: Effect, place: Callable[[Makes, dict[str, Any]], Pleiad], options: Any) -> Any:
    """What is seen of an app that has options at some place."""
    LOG.clear()
    try:
        return effect.look(place(effect.handler, options))
    except ImproperlyConfiguredException:
        return REFUSED


# The places where options are written

CONFIG = OpenAPIConfig(
    components=Components(security_schemes={"key": SecurityScheme(type="http", scheme="bearer")})
)


def on_handler(make: Makes, options: dict[str, Any]) -> Pleiad:
    return Pleiad([make(**options)], openapi_config=CONFIG)


def on_controller(make: Makes, options: dict[str, Any]) -> Pleiad:
    handler = make()
    method = msgspec.structs.replace(handler, fn=staticmethod(handler.fn))
    around = type("Around", (Controller,), {**options, "method": method})
    return Pleiad([around], openapi_config=CONFIG)


def on_router(make: Makes, options: dict[str, Any]) -> Pleiad:
    return Pleiad([Router("/", route_handlers=[make()], **options)], openapi_config=CONFIG)


def on_app(make: Makes, options: dict[str, Any]) -> Pleiad:
    return Pleiad([make()], **{"openapi_config": CONFIG, **options})


def by_hook(make: Makes, options: dict[str, Any]) -> Pleiad:
    def change(config: Any) -> None:
        for name, value in options.items():
            setattr(config, name, value)

    return Pleiad([make()], openapi_config=CONFIG, on_app_init=[change])


def on_listener_class(make: Makes, options: dict[str, Any]) -> Pleiad:
    methods = {
        name: staticmethod(value) if callable(value) else value for name, value in options.items()
    }
    methods["on_receive"] = staticmethod(make().fn)
    return Pleiad([type("Own", (WebsocketListener,), methods)], openapi_config=CONFIG)


# The kinds of handlers: each says something of its connection, and of what it is given as `who`


class Kind(NamedTuple):
    """A kind of handler.

    Attributes:
        decorate: Its decorator.
        function: Makes a function for it, of what that says and of the type of what it says.
        look: What is seen of an app that has one.
    """

    decorate: Callable[..., Any]
    function: Callable[[Any, Any], Any]
    look: Callable[..., Any]


def of_request(say: Any, says: Any) -> Any:
    async def speak(request: Request[Any, Any, Any], who: str = "nobody") -> says:
        return say(request, who)

    return speak


def of_socket(say: Any, says: Any) -> Any:
    async def speak(socket: WebSocket[Any, Any, Any], who: str = "nobody") -> None:
        await socket.accept()
        await socket.send(say(socket, who), says)

    return speak


def of_listener(say: Any, says: Any) -> Any:
    async def speak(data: str, socket: WebSocket[Any, Any, Any], who: str = "nobody") -> says:
        return say(socket, who)

    return speak


def of_stream(say: Any, says: Any) -> Any:
    async def speak(socket: WebSocket[Any, Any, Any], who: str = "nobody") -> AsyncIterator[says]:
        yield say(socket, who)

    return speak


def of_application(say: Any, says: Any) -> Any:
    """A guard, for it is the part of an application that can be given something."""

    def speak(connection: ASGIConnection[Any, Any, Any, Any], who: str = "nobody") -> None:
        connection.scope["said"] = str(say(connection, who))

    return speak


def application(path: str, **options: Any) -> Any:
    def decorate(speak: Any) -> Any:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.accept"})
                await send({"type": "websocket.send", "text": scope["said"]})
                await send({"type": "websocket.close"})
            else:
                await Response(scope["said"])(scope, receive, send)

        return asgi(path, **{"guards": [speak], **options})(answer)

    return decorate


def client(app: Pleiad) -> TestClient:
    return TestClient(app, raise_server_exceptions=False, follow_redirects=False)


def answered(app: Pleiad, path: str = "/") -> Any:
    """The text of the answer, or the status where it is an error."""
    answer = client(app).get(path)
    return answer.text if answer.is_success else answer.status_code


def talked(app: Pleiad, path: str = "/", hello: str | None = None) -> Any:
    """The first message, or the status that refuses or closes the socket."""
    try:
        with client(app).websocket_connect(path, headers={"origin": "https://b.example"}) as socket:
            if hello is not None:
                socket.send_text(hello)
            message = socket.receive()
            return message.get("text", message.get("bytes"))
    except WebSocketDisconnect as closed:
        status = getattr(closed, "status_code", None)
        return status or (500 if closed.code == 1011 else closed.code - 4000)


KINDS = {
    "request": Kind(get, of_request, answered),
    "websocket": Kind(websocket, of_socket, talked),
    "listener": Kind(websocket_listener, of_listener, partial(talked, hello="hello")),
    "stream": Kind(websocket_stream, of_stream, talked),
    "application": Kind(application, of_application, answered),
}
SOCKETS = ("websocket", "listener", "stream")
SPEAKING = ("request", *SOCKETS)


def the_given(_: Any, who: Any) -> Any:
    return who


def effects(
    option: str,
    value: Any,
    without: Any,
    within: Any,
    *kinds: str,
    say: Any = the_given,
    says: Any = str,
    who: Any = None,
    path: str = "/",
    look: Looks | None = None,
) -> list[Effect]:
    """The same effect on handlers of several kinds.

    Args:
        option: See `Effect`.
        value: See `Effect`.
        without: See `Effect`.
        within: See `Effect`.
        *kinds: Those of the handlers.
        say: What they say, of the connection and of what they are given.
        says: The type of that.
        who: The type of what they are given, without a default; by default that is text.
        path: What is asked for.
        look: What is seen, if not what they say.
    """

    def made(kind: Kind, **options: Any) -> Any:
        speak = kind.function(say, says)
        if who is not None:
            speak.__annotations__["who"], speak.__defaults__ = who, None
        return kind.decorate("/", **options)(speak)

    return [
        Effect(
            option,
            value,
            without,
            within,
            partial(made, KINDS[kind]),
            look or partial(KINDS[kind].look, path=path),
            kind,
        )
        for kind in kinds
    ]


def of(function: Any, decorate: Any = get) -> Makes:
    return lambda **options: decorate("/", **options)(function)


# What is done to the programs, and what is seen of them then


class Opaque:
    """What no codec knows."""

    def __str__(self) -> str:
        return "opaque"


class Teapot(HTTPException):
    """Short and stout."""

    status_code = 418


class OwnRequest(Request[Any, Any, Any]): ...


class OwnSocket(WebSocket[Any, Any, Any]): ...


class Loud(Response[Any]):
    def __init__(self, content: Any, **options: Any) -> None:
        super().__init__(str(content).upper(), **options)


class Named:
    """Middleware that asks as somebody."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app({**scope, "query_string": b"who=middleware"}, receive, send)


def refuse(connection: Any, handler: Any) -> None:
    raise PermissionDeniedException


def pour(connection: Any, exc: ValueError) -> Response[Any]:
    return Response("tea", status_code=418)


def fail(_: Any, who: Any) -> Any:
    raise ValueError(who)


def the_class(connection: Any, _: Any) -> str:
    return type(connection).__name__


def the_opt(connection: Any, _: Any) -> str:
    return str(connection.route_handler.opt.get("key"))


def the_place(*_: Any) -> str:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return "thread"
    return "loop"


def something_opaque(*_: Any) -> Opaque:
    return Opaque()


def strings(*_: Any) -> Any:
    return ["a"]


def header(name: str, method: str = "GET") -> Looks:
    return lambda app: client(app).request(method, "/").headers.get(name)


def posted(**request: Any) -> Looks:
    def look(app: Pleiad) -> Any:
        answer = client(app).post("/", **request)
        return answer.text if answer.is_success else answer.status_code

    return look


def logged(app: Pleiad) -> Any:
    client(app).get("/")
    return list(LOG)


def describes(key: str) -> Looks:
    return lambda app: described(app).get(key)


def described(app: Pleiad) -> dict[str, Any]:
    """What the document says of the one handler, by the names of options."""
    request = app.openapi_schema["paths"].get("/", {}).get("get")
    if request:
        success = request["responses"]["200"]
        schema = success["content"]["text/plain"]["schema"]
        return {
            **request,
            "external_docs": request.get("externalDocs"),
            "operation_id": request["operationId"] == "own",
            "response_description": success["description"] == "own",
            "content_encoding": schema.get("contentEncoding"),
            "content_media_type": schema.get("contentMediaType"),
            "callbacks": list(request.get("callbacks", ())),
            "statuses": list(request["responses"]),
            "include_in_schema": True,
        }
    document = app.asyncapi_schema
    if "channels" not in document:
        return {}
    (channel,) = document["channels"].values()
    operations = document["operations"]
    message = [*channel.get("messages", {"": {}}).values()][-1]
    operation = [*operations.values()][-1]
    return {
        **operation,
        "tags": [each["name"] for each in operation["tags"]] if "tags" in operation else None,
        "security": [{"key": []}] if "security" in operation else None,
        "external_docs": operation.get("externalDocs"),
        "operation_id": any("own" in each for each in operations),
        "deprecated": message.get("deprecated"),
        "response_description": message.get("description") == "own",
        "content_encoding": message.get("payload", {}).get("contentEncoding"),
        "content_media_type": message.get("payload", {}).get("contentMediaType"),
        "include_in_schema": True,
    }


# The options of every layer

OPAQUE = [(lambda cls: cls is Opaque, lambda cls, value: cls())]
LISTS = "text/x-list"
TWO_PARTS = {"a": b"1", "b": b"2"}
TOLD = Operation(method="POST", path="/", responses={})


class Owned(Operation, frozen=True):
    """An operation that says whose it is."""

    def to_schema(self, written: dict[str, Any]) -> dict[str, Any]:
        return {**written, "x-owner": "us"}


async def dawdle() -> str:
    for _ in range(100):
        await anyio.sleep(0)
    return "done"


def left(app: Pleiad) -> int:
    """How many messages a client is sent that has asked, and left."""
    incoming = [{"type": "http.request", "body": b"", "more_body": False}]
    sent: list[Any] = []

    async def receive() -> Any:
        return incoming.pop() if incoming else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    asyncio.run(app(scope, receive, send))
    return len(sent)


async def size(body: bytes) -> int:
    return len(body)


async def parts(request: Request[Any, Any, Any]) -> int:
    return len(await request.form())


async def first(data: Annotated[list[str], Body(media_type=LISTS)]) -> str:
    return data[0]


async def several() -> list[str]:
    return ["a", "b"]


def where() -> str:
    return the_place()


def where_is_heard(data: str) -> str:
    return the_place()


def where_is_streamed() -> Iterator[str]:
    yield the_place()


async def sized(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request[Any, Any, Any](scope, receive).body()
    await Response(str(len(body)))(scope, receive, send)


async def parted(scope: Scope, receive: Receive, send: Send) -> None:
    text = str(await parts(Request[Any, Any, Any](scope, receive)))
    await Response(text)(scope, receive, send)


def comma(values: Any) -> bytes:
    return ",".join(values).encode()


LAYERS: list[Effect] = [
    Effect("after_request", lambda response: Response("after"), "done", "after", of(dawdle), answered),
    Effect("after_response", lambda: LOG.append("after"), [], ["after"], of(dawdle), logged),
    Effect("before_request", lambda: "early", "done", "early", of(dawdle), answered),
    Effect(
        "cache_control",
        CacheControlHeader(max_age=5),
        None,
        "max-age=5",
        of(dawdle),
        header("cache-control"),
    ),
    Effect("cancel_on_disconnect", True, 2, 0, of(dawdle), left),
    Effect("etag", ETag("a"), None, '"a"', of(dawdle), header("etag")),
    Effect("limits", Limits(body=2), "3", 413, of(size, post), posted(content=b"123")),
    Effect("limits", Limits(body=2), "3", 413, of(sized, asgi), posted(content=b"123"), "application"),
    Effect("request_max_body_size", 2, "3", 413, of(size, post), posted(content=b"123")),
    Effect(
        "request_max_body_size", 2, "3", 413, of(sized, asgi), posted(content=b"123"), "application"
    ),
    Effect(
        "media_decoders",
        {LISTS: lambda content: content.decode().split(",")},
        REFUSED,
        "a",
        of(first, post),
        posted(content=b"a,b", headers={"content-type": LISTS}),
    ),
    Effect(
        "media_encoders",
        {LISTS: comma},
        REFUSED,
        "a,b",
        of(several, partial(get, media_type=LISTS)),
        answered,
    ),
    Effect("multipart_form_part_limit", 1, "2", 413, of(parts, post), posted(files=TWO_PARTS)),
    Effect("multipart_form_part_limit", 1, "2", 413, of(parted, asgi), posted(files=TWO_PARTS), "application"),
    Effect("response_class", Loud, "done", "DONE", of(dawdle), answered),
    Effect("response_cookies", {"a": "b"}, None, "a=b; Path=/; SameSite=lax", of(dawdle), header("set-cookie")),
    Effect("response_headers", {"x-a": "b"}, None, "b", of(dawdle), header("x-a")),
    Effect("sync_to_thread", False, "thread", "loop", of(where), answered),
    Effect("sync_to_thread", False, "thread", "loop", of(where_is_streamed), answered),
    Effect("sync_to_thread", False, "thread", "loop", of(where_is_heard, websocket_listener), KINDS["listener"].look, "listener"),
    Effect("sync_to_thread", False, "thread", "loop", of(where_is_streamed, websocket_stream), talked, "stream"),
    Effect("timeout", 1e-6, "done", 503, of(dawdle), answered),
    *effects("dependencies", {"who": lambda: "me"}, "nobody", "me", *KINDS),
    *effects("exception_handlers", {ValueError: pour}, 500, 418, *KINDS, say=fail),
    *effects("guards", [refuse], "nobody", 403, *KINDS),
    *effects("middleware", [Named], "nobody", "middleware", *KINDS),
    *effects("opt", {"key": "value"}, "None", "value", *KINDS, say=the_opt),
    *effects("parameters", {"who": Parameter(min_length=2)}, "x", 400, *KINDS, path="/?who=x"),
    *effects("request_class", OwnRequest, "Request", "OwnRequest", "request", "application", say=the_class),
    *effects("signature_namespace", {"Hidden": str}, REFUSED, "some", *KINDS, who="Hidden", path="/?who=some"),
    *effects("signature_types", [StrEnum("Hidden", "some")], REFUSED, "some", *KINDS, who="Hidden", path="/?who=some"),
    *effects("type_decoders", OPAQUE, REFUSED, "opaque", *KINDS, say=lambda _, given: str(given), who=Opaque, path="/?who=x"),
    *effects("type_encoders", {Opaque: str}, 500, '"opaque"', *SPEAKING, say=something_opaque, says=Opaque),
    *effects("validate_responses", "off", 500, '["a"]', *SPEAKING, say=strings, says=list[int]),
    *effects("websocket_class", OwnSocket, "WebSocket", "OwnSocket", *SOCKETS, say=the_class),
    *effects("websocket_class", OwnSocket, "WebSocket", "OwnSocket", "application", say=the_class, look=talked),
    *effects("websocket_policy", SocketPolicy(origins=("https://a.example",)), "nobody", 403, *SOCKETS),
    *effects("callbacks", {"told": {"{$request.query.url}": [TOLD]}}, [], ["told"], "request", look=describes("callbacks")),
    *effects("content_encoding", "base64", None, "base64", "request", "listener", "stream", look=describes("content_encoding")),
    *effects("content_media_type", "image/png", None, "image/png", "request", "listener", "stream", look=describes("content_media_type")),
    *effects("deprecated", True, None, True, "request", "listener", "stream", look=describes("deprecated")),
    *effects("description", "own", None, "own", *SPEAKING, look=describes("description")),
    *effects("external_docs", ExternalDocumentation(url="https://a.example"), None, {"url": "https://a.example"}, *SPEAKING, look=describes("external_docs")),
    *effects("include_in_schema", False, True, None, *SPEAKING, look=describes("include_in_schema")),
    *effects("operation_class", Owned, None, "us", "request", look=describes("x-owner")),
    *effects("operation_id", "own", False, True, *SPEAKING, look=describes("operation_id")),
    *effects("raises", [Teapot], ["200"], ["200", "418"], "request", look=describes("statuses")),
    *effects("response_description", "own", False, True, "request", "listener", "stream", look=describes("response_description")),
    *effects("responses", {418: ResponseSpec(str)}, ["200"], ["200", "418"], "request", look=describes("statuses")),
    *effects("security", [{"key": []}], None, [{"key": []}], *SPEAKING, look=describes("security")),
    *effects("summary", "own", "Speak", "own", *SPEAKING, look=describes("summary")),
    *effects("tags", ["own"], None, ["own"], *SPEAKING, look=describes("tags")),
]  # fmt: skip


def rows(table: list[Effect]) -> list[Any]:
    return [pytest.param(each, id=f"{each.option}-{each.kind}") for each in table]


@pytest.mark.parametrize("effect", rows(LAYERS))
def test_a_program_without_the_option(effect: Effect) -> None:
    assert seen(effect, on_handler, {}) == effect.without != effect.within


@pytest.mark.parametrize("place", [on_handler, on_controller, on_router, on_app, by_hook])
@pytest.mark.parametrize("effect", rows(LAYERS))
def test_an_option_of_a_layer(effect: Effect, place: Any) -> None:
    assert seen(effect, place, {effect.option: effect.value}) == effect.within


VALUES = {each.option: each.value for each in LAYERS}
WITHOUT_A_ROW = {
    (kind, option)
    for kind in KINDS
    for option in KNOWN | FOLDED
    if not any((each.kind, each.option) == (kind, option) for each in LAYERS)
}


@pytest.mark.parametrize(("kind", "option"), sorted(WITHOUT_A_ROW))
def test_what_would_be_ignored_is_refused(kind: str, option: str) -> None:
    with pytest.raises(ImproperlyConfiguredException, match="which says nothing about"):
        of(KINDS[kind].function(the_given, str), KINDS[kind].decorate)(**{option: VALUES[option]})


# The options of handlers alone


def reversed_as(name: str) -> Looks:
    def look(app: Pleiad) -> bool:
        try:
            return app.route_reverse(name) == "/"
        except NoRouteMatchFoundException:
            return False

    return look


def status(app: Pleiad) -> int:
    return client(app).get("/").status_code


HANDLERS = [
    Effect("background", BackgroundTask(LOG.append, "ran"), [], ["ran"], of(dawdle), logged),
    Effect("media_type", "text/css", "text/plain; charset=utf-8", "text/css; charset=utf-8", of(dawdle), header("content-type")),
    Effect("status_code", 202, 200, 202, of(dawdle), status),
    *effects("name", "own", False, True, "request", look=reversed_as("own")),
]  # fmt: skip
APPLICATIONS = [
    *effects("name", "own", False, True, "application", look=reversed_as("own")),
    *effects("is_mount", True, 404, "nobody", "application", path="/below"),
]
SOCKET_HANDLERS = effects("name", "own", False, True, *SOCKETS, look=reversed_as("own"))


async def shout(data: str, who: str = "nobody") -> str:
    LOG.append(data)
    return data.upper()


async def accept_with_a_header(socket: WebSocket[Any, Any, Any]) -> None:
    await socket.accept(headers={"x-accepted": "yes"})


@asynccontextmanager
async def around() -> AsyncIterator[None]:
    LOG.append("in")
    yield
    LOG.append("out")


def accepted(app: Pleiad) -> Any:
    with client(app).websocket_connect("/") as socket:
        return socket.extra_headers.get("x-accepted")


def conversation(app: Pleiad) -> Any:
    talked(app, hello="hello")
    return list(LOG)


def bytes_heard(app: Pleiad) -> Any:
    """What becomes of bytes: the text that answers them, or the code that closes."""
    with client(app).websocket_connect("/") as socket:
        socket.send_bytes(b"hello")
        try:
            return socket.receive_text()
        except WebSocketDisconnect as closed:
            return closed.code


def said(app: Pleiad) -> Any:
    return talked(app, hello="hello")


def listening(**options: Any) -> Any:
    return websocket_listener("/", **options)(shout)


LISTENERS = [
    Effect("connection_accept_handler", accept_with_a_header, None, "yes", listening, accepted),
    Effect("connection_lifespan", around, ["hello"], ["in", "hello", "out"], listening, conversation),
    Effect("on_accept", partial(LOG.append, "on"), ["hello"], ["on", "hello"], listening, conversation),
    Effect("on_disconnect", partial(LOG.append, "off"), ["hello"], ["hello", "off"], listening, conversation),
    Effect("receive_mode", "binary", 1003, "HELLO", listening, bytes_heard),
    Effect("send_mode", "binary", "HELLO", b"HELLO", listening, said),
]  # fmt: skip


async def ticks() -> AsyncIterator[str]:
    for _ in range(100):
        yield "tick"
        await anyio.sleep(0.001)


def discarded(app: Pleiad) -> bool:
    """Whether somebody is warned that a message of the client's was thrown away."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with client(app).websocket_connect("/") as socket:
            socket.send_text("unheard")
            for _ in range(100):
                socket.receive()
    return any("thrown away" in str(each.message) for each in caught)


STREAMS = [
    Effect("listen_for_disconnect", False, True, False, of(ticks, websocket_stream), discarded),
    Effect("mode", "binary", "tick", b"tick", of(ticks, websocket_stream), talked),
    Effect("warn_on_data_discard", False, True, False, of(ticks, websocket_stream), discarded),
]


@pytest.mark.parametrize(
    ("effect", "place"),
    [
        pytest.param(each, place, id=f"{each.option}-{each.kind}-{place.__name__}")
        for table, places in (
            (HANDLERS, [on_handler]),
            (APPLICATIONS, [on_handler]),
            (SOCKET_HANDLERS, [on_handler]),
            (LISTENERS, [on_handler, on_listener_class]),
            (STREAMS, [on_handler]),
        )
        for each in table
        for place in places
    ],
)
def test_an_option_of_a_handler(effect: Effect, place: Any) -> None:
    assert seen(effect, place, {}) == effect.without != effect.within
    assert seen(effect, place, {effect.option: effect.value}) == effect.within


@pytest.mark.parametrize(
    "effect", rows([each for each in (*LAYERS, *SOCKET_HANDLERS) if each.kind == "listener"])
)
def test_an_option_of_a_listener_that_is_a_class(effect: Effect) -> None:
    assert seen(effect, on_listener_class, {effect.option: effect.value}) == effect.within


# The options of the app alone


async def speak(request: Request[Any, Any, Any], who: str = "nobody") -> str:
    return {"nobody": lambda: "fine", "state": lambda: str(request.app.state is STATE)}[who]()


def told_of(exc: Exception) -> None:
    LOG.append(type(exc).__name__)


def stamp(message: Any) -> None:
    if message["type"] == "http.response.start":
        message["headers"].append((b"x-sent", b"yes"))


class Plugin:
    def on_app_init(self, app_config: Any) -> None:
        app_config.response_headers = {"x-a": "of a plugin"}


STATE = State()


def failed(app: Pleiad) -> Any:
    """The type of the answer to a failure, and what was told of it."""
    answer = client(app).get("/?who=broken")
    assert answer.status_code == 500
    return answer.headers["content-type"], list(LOG)


def lived(app: Pleiad) -> Any:
    with client(app):
        LOG.append("serving")
    return list(LOG)


JSON, TEXT = "application/json", "text/plain; charset=utf-8"
APPS = [
    Effect("after_exception", [told_of], (JSON, []), (JSON, ["KeyError"]), of(speak), failed),
    Effect("before_send", [stamp], None, "yes", of(speak), header("x-sent")),
    Effect("debug", True, (JSON, []), (TEXT, []), of(speak), failed),
    Effect("lifespan", [lambda app: around()], ["serving"], ["in", "serving", "out"], of(speak), lived),
    Effect("on_app_init", [Plugin().on_app_init], None, "of a plugin", of(speak), header("x-a")),
    Effect("on_shutdown", [lambda: LOG.append("off")], ["serving"], ["serving", "off"], of(speak), lived),
    Effect("on_startup", [lambda: LOG.append("on")], ["serving"], ["on", "serving"], of(speak), lived),
    Effect("openapi_config", None, 200, 404, of(speak), lambda app: client(app).get("/schema/").status_code),
    Effect("path", "/api", 404, "fine", of(speak), partial(answered, path="/api")),
    Effect("plugins", [Plugin()], None, "of a plugin", of(speak), header("x-a")),
    Effect("problem_details", True, (JSON, []), ("application/problem+json", []), of(speak), failed),
    Effect("state", STATE, "False", "True", of(speak), partial(answered, path="/?who=state")),
]  # fmt: skip


@pytest.mark.parametrize("place", [on_app, by_hook])
@pytest.mark.parametrize("effect", rows(APPS))
def test_an_option_of_the_app(effect: Effect, place: Any) -> None:
    assert seen(effect, place, {}) == effect.without != effect.within
    within = seen(effect, place, {effect.option: effect.value})
    assert within == (
        REFUSED if (effect.option, place) == ("on_app_init", by_hook) else effect.within
    )


# No option is forgotten


@pytest.mark.parametrize(
    ("declared", "table"),
    [
        pytest.param(DeclaredHandlerOptions, HANDLERS, id="handlers"),
        pytest.param(SocketOptions, SOCKET_HANDLERS, id="sockets"),
        pytest.param(ListenerOptions, LISTENERS, id="listeners"),
        pytest.param(StreamOptions, STREAMS, id="streams"),
        pytest.param(AppOptions, APPS, id="app"),
    ],
)
def test_no_option_lacks_a_row(declared: Any, table: list[Effect]) -> None:
    assert set(declared.__annotations__) == {each.option for each in table}


def test_only_options_have_rows() -> None:
    assert ELSEWHERE.keys() | {"name"} == set(AppOptions.__annotations__).union(
        *OWN.values(), {"http_method"}
    )
    assert {each.option for each in LAYERS} == KNOWN | FOLDED


OWN = {
    "request": {*DeclaredHandlerOptions.__annotations__},
    "websocket": {*SocketOptions.__annotations__},
    "listener": {*SocketOptions.__annotations__, *ListenerOptions.__annotations__},
    "stream": {*SocketOptions.__annotations__, *StreamOptions.__annotations__},
    "application": {"is_mount", "name"},
}


@pytest.mark.parametrize(
    ("kind", "option"),
    [
        (kind, option)
        for kind, own in OWN.items()
        for option in sorted(ELSEWHERE.keys() - own - {"path"})
    ],
)
def test_an_option_that_only_others_have_is_refused(kind: str, option: str) -> None:
    with pytest.raises(ImproperlyConfiguredException, match=f"has no option '{option}'"):
        of(KINDS[kind].function(the_given, str), KINDS[kind].decorate)(**{option: None})


@pytest.mark.parametrize("option", ["sync_to_thread", "etag"])
def test_an_option_of_something_else_is_refused(option: str) -> None:
    values = {"sync_to_thread": True, "etag": "content"}
    with pytest.raises(ImproperlyConfiguredException, match=f"has the option '{option}'"):
        post("/", **{option: values[option]})(dawdle)
