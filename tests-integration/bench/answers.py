"""Whether an app answers as the table says: an app that does less is not timed."""

import json

from domain import Connection
from exchange import AnswerError, ask
from scenarios import REFUSALS


def read(messages):
    """Give status, headers and body of what an app sent."""
    if not messages or messages[0]["type"] != "http.response.start":
        raise AnswerError(f"sent {messages}")
    headers = {bytes(k).decode().lower(): bytes(v).decode() for k, v in messages[0]["headers"]}
    body = b"".join(message.get("body", b"") for message in messages[1:])
    return messages[0]["status"], headers, body


def differences(scenario, scope, messages):
    """Name everything in which an answer differs from its scenario."""
    status, headers, body = read(messages)
    content = json.loads(body) if scenario.media_type == "application/json" else body.decode()
    media_type = headers.get("content-type", "").partition(";")[0]
    facts = (
        ("status", status, scenario.status),
        ("content-type", media_type, scenario.media_type),
        ("content-length", headers.get("content-length"), str(len(body))),
        ("body", content, scenario.answer),
        ("layers passed", scope.get("layers", 0), scenario.layers),
        ("connections left open", Connection.live, 0),
    )
    return [f"{name} {got!r}, not {wanted!r}" for name, got, wanted in facts if got != wanted]


async def check(contender, scenarios, states) -> None:
    """Raise `AnswerError` unless an app gives every answer and refuses what it must refuse.

    Each request is sent twice, as a first answer may be a cached one's source.
    """
    for scenario in [*scenarios, *scenarios]:
        app = contender.serving(scenario.layers)
        scope, messages = await ask(app, scenario, states[app])
        found = differences(scenario, scope, messages)
        if found:
            raise AnswerError(f"{contender.name}, {scenario.name}: " + "; ".join(found))
    for refusal in REFUSALS:
        _, messages = await ask(contender.app, refusal, states[contender.app])
        status, _, body = read(messages)
        if status not in refusal.statuses:
            sent = f"{refusal.method} {refusal.path}?{refusal.query.decode()} {refusal.body!r}"
            raise AnswerError(f"{contender.name}: {sent} got {status} {body[:200]!r}")
