"""An AsyncAPI document that is built when it is first asked for."""

from collections.abc import Callable, Iterable
from typing import Any

from pleiad_openapi.asyncapi.channel import Channel
from pleiad_openapi.config import OpenAPIConfig
from pleiad_openapi.document_file import DocumentFile
from pleiad_openapi.operation import StandsFor

__all__ = ["AsyncDocument"]


class AsyncDocument(DocumentFile):
    """An AsyncAPI document.

    Args:
        config: What is said of it as a whole: what AsyncAPI has words for.
        channels: What it describes, or what gives that when it is needed.
        stands_for: What is known of classes that are neither models nor builtins.
    """

    def __init__(
        self,
        config: OpenAPIConfig,
        channels: Iterable[Channel] | Callable[[], Iterable[Channel]],
        *,
        stands_for: StandsFor | None = None,
    ) -> None:
        self.config = config
        self._channels = channels
        self._stands_for = stands_for

    def _written(self) -> dict[str, Any]:
        # PERF: as of an OpenAPI document, what builds it is imported by whoever asks for it.
        from pleiad_openapi.asyncapi.document import build_async_document

        return build_async_document(self.config, self._given(), stands_for=self._stands_for)

    def check(self) -> None:
        """Raise what is wrong with the channels; nothing is kept of what is looked at.

        Raises:
            OpenAPIErrors: All that is wrong with the channels.
        """
        channels = self._given()
        if not channels:
            return
        from pleiad_openapi.asyncapi.document import check_async_document

        check_async_document(self.config, channels, stands_for=self._stands_for)

    def _given(self) -> tuple[Channel, ...]:
        return tuple(self._channels() if callable(self._channels) else self._channels)

    def below(self, root_path: str) -> dict[str, Any]:
        """The document of an app that is mounted: where no server is named, addresses have its prefix."""
        if not root_path or "servers" in self.value:
            return self.value
        channels = {
            name: {**each, "address": root_path + each["address"]}
            for name, each in self.value["channels"].items()
        }
        return {**self.value, "channels": channels}
