"""A document that is built when it is first asked for, and its two forms."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import msgspec

from pleiad_openapi.config import OpenAPIConfig
from pleiad_openapi.operation import Operation, StandsFor

__all__ = ["Document", "DocumentFile"]


class DocumentFile(ABC):
    """A document of any kind, in JSON and in YAML.

    Attributes:
        config: What is said of it as a whole.
    """

    config: OpenAPIConfig

    @cached_property
    def value(self) -> dict[str, Any]:
        """The document as JSON would have it.

        Raises:
            OpenAPIErrors: All that is wrong with what it describes.
        """
        return self._written()

    @abstractmethod
    def _written(self) -> dict[str, Any]:
        """The document, written now."""

    @abstractmethod
    def check(self) -> None:
        """Raise what is wrong with it."""

    @abstractmethod
    def below(self, root_path: str) -> dict[str, Any]:
        """The document of an app that is mounted at a prefix."""

    def json(self, root_path: str = "") -> bytes:
        """The document in JSON; see `below`."""
        return self._json if not root_path else msgspec.json.encode(self.below(root_path))

    def yaml(self, root_path: str = "") -> bytes:
        """The document in YAML; see `below`."""
        from pleiad_openapi.as_yaml import to_yaml

        return to_yaml(self.below(root_path)).encode()

    @cached_property
    def _json(self) -> bytes:
        return msgspec.json.encode(self.value)


class Document(DocumentFile):
    """An OpenAPI document.

    Args:
        config: What is said of it as a whole.
        operations: What it describes, or what gives that when it is needed.
        stands_for: What is known of classes that are neither models nor builtins.
    """

    def __init__(
        self,
        config: OpenAPIConfig,
        operations: Iterable[Operation] | Callable[[], Iterable[Operation]],
        *,
        stands_for: StandsFor | None = None,
    ) -> None:
        self.config = config
        self._operations = operations
        self._stands_for = stands_for

    def _written(self) -> dict[str, Any]:
        from pleiad_openapi.document import build_document  # see below

        return build_document(self.config, self._given(), stands_for=self._stands_for)

    def check(self) -> None:
        """Raise what is wrong with the operations; nothing is kept of what is looked at.

        Raises:
            OpenAPIErrors: All that is wrong with the operations.
        """
        # PERF: half of what this package's import would cost, for whoever asks for no document.
        from pleiad_openapi.document import check_document

        check_document(self.config, self._given(), stands_for=self._stands_for)

    def _given(self) -> Iterable[Operation]:
        return self._operations() if callable(self._operations) else self._operations

    def below(self, root_path: str) -> dict[str, Any]:
        """The document of an app that is mounted: where no server is named, it is at its prefix."""
        if self.config.servers or not root_path:
            return self.value
        return {**self.value, "servers": [{"url": root_path}]}
