"""What the return check costs for 100 objects, beside encoding them: `python .../return_check.py`.

Each object has a number, a text and a list of three numbers; a page is a generic model around them.
The fastest round counts.
"""
# ruff: noqa: T201

import argparse
from dataclasses import dataclass
from time import perf_counter
from typing import TypedDict

import attrs
import msgspec
import pydantic
from tables import rows_of

from pleiad.check import check_for
from pleiad.pagination import ClassicPagination
from pleiad_http import encoder_for

OBJECTS = 100
POLICIES = ("types", "always")


class Struct(msgspec.Struct):
    number: int
    text: str
    counts: list[int]


@dataclass
class Dataclass:
    number: int
    text: str
    counts: list[int]


@attrs.define
class Attrs:
    number: int
    text: str
    counts: list[int]


class Pydantic(pydantic.BaseModel):
    number: int
    text: str
    counts: list[int]


class Typed(TypedDict):
    number: int
    text: str
    counts: list[int]


KINDS = (Struct, Dataclass, Attrs, Pydantic, Typed)


def values():
    """Give a title, an annotation and a value of it: a list and a page of each kind."""
    for kind in KINDS:
        objects = [kind(number=n, text="text", counts=[1, 2, 3]) for n in range(OBJECTS)]
        yield f"list of {kind.__name__}", list[kind], objects
        yield (
            f"page of {kind.__name__}",
            ClassicPagination[kind],
            ClassicPagination(objects, OBJECTS, 1, 1),
        )


def fastest(call, value, rounds) -> float:
    """Give the microseconds of the fastest round of ten calls."""
    costs = []
    for _ in range(rounds):
        start = perf_counter()
        for _ in range(10):
            call(value)
        costs.append((perf_counter() - start) / 10 * 1e6)
    return min(costs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    rows = []
    for title, annotation, value in values():
        encoding = fastest(encoder_for(annotation, "application/json"), value, rounds)
        checks = [fastest(check_for(annotation, each, title), value, rounds) for each in POLICIES]
        cells = [text for cost in checks for text in (f"{cost:.1f} us", f"{cost / encoding:.2f}x")]
        rows.append([title, f"{encoding:.1f} us", *cells])
    print(rows_of([f"{OBJECTS} objects", "encoding", "types", "", "always", ""], rows))


if __name__ == "__main__":
    main()
