"""Whether an app answers as the table says: an app that does less is not timed."""

import json
from itertools import islice, zip_longest

from domain import Connection
from exchange import AnswerError, ask
from request import IDS, JSON
from scenarios import EVENTS, REFUSALS, SOCKET_REFUSALS

DIFFERENCES = 3
"""How many are named: of a thousand messages all may be wrong."""


def read(messages):
    """Give status, headers and body of what an app sent."""
    if not messages or messages[0]["type"] != "http.response.start":
        raise AnswerError(f"sent {messages}")
    headers = {bytes(k).decode().lower(): bytes(v).decode() for k, v in messages[0]["headers"]}
    body = b"".join(message.get("body", b"") for message in messages[1:])
    return messages[0]["status"], headers, body


def hear(messages):
    """Give the status of a WebSocket's handshake, and the texts that came; `None` is one of bytes.

    A handshake that the app closes is a 403: ASGI says so.
    """
    if not messages:
        raise AnswerError("sent nothing")
    statuses = {"websocket.accept": 101, "websocket.close": 403}
    status = statuses.get(messages[0]["type"]) or messages[0]["status"]
    return status, [each.get("text") for each in messages if each["type"] == "websocket.send"]


def content_of(scenario, body):
    """Give what a body says, in the form of the scenario's answer."""
    if scenario.answer is None:
        return None
    if scenario.media_type == EVENTS:
        lines = body.decode().splitlines()
        return [line.removeprefix("data:").strip() for line in lines if line.startswith("data:")]
    return json.loads(body) if scenario.media_type == JSON else body.decode()


def answer_to(scenario, number):
    """Give the answer to the request with this number."""
    if not isinstance(scenario.answer, dict):
        return scenario.answer
    return {k: number if v == "{id}" else v for k, v in scenario.answer.items()}


def header_of(name, value):
    """Give what is compared of a header: all of a cookie, whose attributes have no order."""
    if name == "set-cookie":
        return sorted(each.strip().lower() for each in value.split(";"))
    return value.partition(";")[0]


def told(scenario, number, messages):
    """Give the status, and of all else: its name, what it is, and what the scenario wants."""
    status, headers, body = read(messages)
    facts = [
        ("body", content_of(scenario, body), answer_to(scenario, number)),
        *((k, header_of(k, headers.get(k, "")), header_of(k, v)) for k, v in scenario.headers),
    ]
    if scenario.media_type is not None:
        media_type = headers.get("content-type", "").partition(";")[0]
        facts.append(("content-type", media_type, scenario.media_type))
    if "content-length" in headers:  # Sanic sends none to ASGI servers
        facts.append(("content-length", headers["content-length"], str(len(body))))
    return status, facts


def compared(scenario, texts):
    """Give of each message on a WebSocket: its name, what it says, and what the scenario wants."""
    pairs = zip_longest(texts, scenario.answer)
    for number, (text, wanted) in enumerate(pairs):
        is_json = scenario.media_type == JSON and text is not None
        yield f"message {number}", json.loads(text) if is_json else text, wanted


def differing(facts) -> list[str]:
    """Name what is not as it should be, the first few."""
    found = (f"{name} {got!r}, not {wanted!r}" for name, got, wanted in facts if got != wanted)
    return list(islice(found, DIFFERENCES))


def differences(scenario, number, scope, messages):
    """Name in what an answer differs from its scenario."""
    if scenario.request.texts:
        status, texts = hear(messages)
        facts = compared(scenario, texts)
    else:
        status, facts = told(scenario, number, messages)
    facts = [
        *facts,
        ("layers passed", scope.get("layers", 0), scenario.layers),
        ("connections left open", Connection.live, 0),
    ]
    found = differing(facts)
    return found if status in scenario.statuses else [f"status {status}", *found]


async def check(contender, scenario, states) -> None:
    """Raise `AnswerError` unless an app gives the answer of a scenario and refuses what it must.

    Each request is sent thrice, as a first answer may be a cached one's source.
    """
    app = contender.serving(scenario.layers)
    for number in (IDS[0], IDS[0], IDS[-1]):
        path = scenario.request.paths[number - 1 if len(scenario.request.paths) > 1 else 0]
        scope, messages = await ask(app, scenario.request, path, states[app])
        found = differences(scenario, number, scope, messages)
        if found:
            raise AnswerError("; ".join(found))
    for request, statuses in SOCKET_REFUSALS if scenario.request.texts else REFUSALS:
        _, messages = await ask(contender.app, request, request.path, states[contender.app])
        if request.texts:
            status, body = hear(messages)
            refused = status in statuses and not body
        else:
            status, _, body = read(messages)
            refused = status in statuses
        if not refused:
            sent = request.texts or f"{request.method} {request.query.decode()} {request.body!r}"
            raise AnswerError(f"{sent} to {request.path} got {status} {body[:200]!r}")
