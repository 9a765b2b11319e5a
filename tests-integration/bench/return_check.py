"""What the return check costs for 100 objects: `python tests-integration/bench/return_check.py`.

A handler declares `list[T]`; each kind of `T` is checked under each policy of `validate_responses`,
and beside it stands the encoding of the same list. All take turns in every round, and the fastest
round of each counts.
"""
# ruff: noqa: T201

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from time import process_time
from typing import Any, NamedTuple, TypedDict

import attrs
import msgspec
from pydantic import BaseModel
from tables import rows_of

from pleiad.checking.check import check_for
from pleiad_http import encoder_for

OBJECTS = 100
SECONDS_A_TURN = 0.005
POLICIES = ("types", "always", "off")


class StructBook(msgspec.Struct):
    id: int
    title: str
    author: str
    pages: int


@dataclass
class DataclassBook:
    id: int
    title: str
    author: str
    pages: int


class PydanticBook(BaseModel):
    id: int
    title: str
    author: str
    pages: int


@attrs.define
class AttrsBook:
    id: int
    title: str
    author: str
    pages: int


class TypedDictBook(TypedDict):
    id: int
    title: str
    author: str
    pages: int


class NamedTupleBook(NamedTuple):
    id: int
    title: str
    author: str
    pages: int


def book(cls: Any) -> Callable[[int], Any]:
    return lambda n: cls(id=n, title=f"The book of {n}", author=f"Author {n % 7}", pages=100 + n)


KINDS: dict[str, tuple[Any, Callable[[int], Any]]] = {
    "Struct": (StructBook, book(StructBook)),
    "dataclass": (DataclassBook, book(DataclassBook)),
    "pydantic": (PydanticBook, book(PydanticBook)),
    "attrs": (AttrsBook, book(AttrsBook)),
    "TypedDict": (TypedDictBook, book(TypedDictBook)),
    "NamedTuple": (NamedTupleBook, book(NamedTupleBook)),
    "int": (int, lambda n: n),
    "str": (str, lambda n: f"The book of {n}"),
}


def nothing(value: Any) -> Any:
    """Stand where the policy leaves no check: what remains is the timing's own."""
    return value


def measured(kind: str) -> tuple[list[Any], dict[str, Callable[[Any], Any]]]:
    """Give 100 objects of a kind, and what is to be timed with them."""
    item, make = KINDS[kind]
    calls = {"encode": encoder_for(list[item], "application/json"), "nothing": nothing}
    for policy in POLICIES:
        calls[policy] = check_for(list[item], policy) or nothing
    return [make(n) for n in range(OBJECTS)], calls


def microseconds(call: Callable[[Any], Any], value: Any, count: int) -> float:
    begin = process_time()
    for _ in range(count):
        call(value)
    return (process_time() - begin) / count * 1e6


def measure(rounds: int) -> dict[str, dict[str, float]]:
    """Give `{kind: {what: microseconds}}`."""
    kinds = {kind: measured(kind) for kind in KINDS}
    costs = {(kind, what): [] for kind, (_, calls) in kinds.items() for what in calls}
    for _ in range(rounds):
        for kind, (value, calls) in kinds.items():
            for what, call in calls.items():
                count = int(SECONDS_A_TURN / (microseconds(call, value, 1) * 1e-6)) + 1
                costs[kind, what].append(microseconds(call, value, min(count, 2000)))
    fastest = {each: min(rounds) for each, rounds in costs.items()}
    return {
        kind: {what: fastest[kind, what] - fastest[kind, "nothing"] for what in calls}
        for kind, (_, calls) in kinds.items()
    }


def table(costs: dict[str, dict[str, float]]) -> str:
    rows = [
        [
            f"list[{kind}]",
            f"{row['encode']:.2f} us",
            *(f"{row[each]:.2f} us {row[each] / row['encode']:5.2f}x" for each in POLICIES),
        ]
        for kind, row in costs.items()
    ]
    return rows_of([f"{OBJECTS} objects", "encoding", *POLICIES], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    print(table(measure(parser.parse_args().rounds)))


if __name__ == "__main__":
    main()
