"""Where a value stands, by which it is chosen.

So it is the same in every process, and does not change because another route was added.
"""

from collections.abc import Sequence
from typing import Any
from zlib import crc32

import msgspec

__all__ = ["Place"]


class Place(msgspec.Struct, frozen=True):
    """A place in an example.

    Attributes:
        seed: What another document may choose otherwise by.
        path: The name of a model or a parameter, and the way from there.
        turn: Which of several values here.
        within: The keys of the models around it.
    """

    seed: int
    path: str
    turn: int = 0
    within: tuple[str, ...] = ()

    def at(self, step: str) -> "Place":
        """A place within this one."""
        return msgspec.structs.replace(self, path=f"{self.path}/{step}")

    def again(self, turn: int) -> "Place":
        """That of a further value here."""
        return msgspec.structs.replace(self, turn=self.turn * 100 + turn) if turn else self

    def into(self, name: str, key: str) -> "Place":
        """That of a model: its values are the same wherever it stands."""
        return Place(self.seed, name, self.turn, (*self.within, key))

    def number(self, below: int) -> int:
        """A number from 0 on."""
        return crc32(f"{self.seed} {self.turn} {self.path}".encode()) % below

    def one_of(self, values: Sequence[Any]) -> Any:
        """One of several values."""
        return values[self.number(len(values))]
