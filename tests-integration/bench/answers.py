"""Whether an app answers as the table says: an app that does less is not timed."""

import json

from domain import Connection
from exchange import AnswerError, ask
from request import IDS, JSON
from scenarios import EVENTS, REFUSALS


def read(messages):
    """Give status, headers and body of what an app sent."""
    if not messages or messages[0]["type"] != "http.response.start":
        raise AnswerError(f"sent {messages}")
    headers = {bytes(k).decode().lower(): bytes(v).decode() for k, v in messages[0]["headers"]}
    body = b"".join(message.get("body", b"") for message in messages[1:])
    return messages[0]["status"], headers, body


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


def differences(scenario, number, scope, messages):
    """Name everything in which an answer differs from its scenario."""
    status, headers, body = read(messages)
    facts = [
        ("body", content_of(scenario, body), answer_to(scenario, number)),
        ("layers passed", scope.get("layers", 0), scenario.layers),
        ("connections left open", Connection.live, 0),
        *((k, headers.get(k, "").partition(";")[0], v) for k, v in scenario.headers),
    ]
    if scenario.media_type is not None:
        media_type = headers.get("content-type", "").partition(";")[0]
        facts.append(("content-type", media_type, scenario.media_type))
    if "content-length" in headers:  # Sanic sends none to ASGI servers
        facts.append(("content-length", headers["content-length"], str(len(body))))
    found = [f"{name} {got!r}, not {wanted!r}" for name, got, wanted in facts if got != wanted]
    return found if status in scenario.statuses else [f"status {status}", *found]


async def check(contender, scenarios, states) -> None:
    """Raise `AnswerError` unless an app gives every answer and refuses what it must refuse.

    Each request is sent thrice, as a first answer may be a cached one's source.
    """
    for number in (IDS[0], IDS[0], IDS[-1]):
        for scenario in scenarios:
            app = contender.serving(scenario.layers)
            path = scenario.request.paths[number - 1 if len(scenario.request.paths) > 1 else 0]
            scope, messages = await ask(app, scenario.request, path, states[app])
            found = differences(scenario, number, scope, messages)
            if found:
                raise AnswerError(f"{contender.name}, {scenario.name}: " + "; ".join(found))
    for request, statuses in REFUSALS:
        _, messages = await ask(contender.app, request, request.path, states[contender.app])
        status, _, body = read(messages)
        if status not in statuses:
            sent = f"{request.method} {request.path}?{request.query.decode()} {request.body!r}"
            raise AnswerError(f"{contender.name}: {sent} got {status} {body[:200]!r}")
