"""What a parameter is bound to, as data: for people, for documents, for tests."""

from typing import Any, Protocol

import msgspec

from pleiad_di import MISSING, Asked, type_name
from pleiad_params.markers import Described, ValueSource

__all__ = ["Bind", "Bound"]


class Bound(msgspec.Struct, frozen=True):
    """A value that is taken out of a request.

    Attributes:
        name: The parameter's name.
        source: Where the value stands.
        key: What it is called there.
        annotation: Its type.
        default: Taken where it is missing; `MISSING` where it must not be.
        marker: What the program says about it besides.
        metadata: What `Annotated` held of its type.
    """

    name: str
    source: ValueSource
    key: str
    annotation: Any
    default: Any = MISSING
    marker: Described | None = None
    metadata: tuple[Any, ...] = ()

    @property
    def required(self) -> bool:
        """Whether a request without it is refused."""
        return self.default is MISSING

    def __str__(self) -> str:
        default = "" if self.required else f" = {self.default!r}"
        return f"{type_name(self.annotation)}{default}"


class Bind(Protocol):
    """Notes what a parameter was bound to."""

    def __call__(
        self,
        asked: Asked,
        source: ValueSource,
        key: str,
        default: Any,
        marker: Described | None,
        /,
    ) -> None:
        """Note it."""
        ...
