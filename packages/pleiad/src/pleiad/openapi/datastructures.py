"""What a handler says of its responses."""

from collections.abc import Sequence
from typing import Any

import msgspec

from pleiad_http import MediaType
from pleiad_openapi import Example

__all__ = ["ResponseSpec"]


class ResponseSpec(msgspec.Struct, frozen=True):
    """A further response of a handler: `responses={404: ResponseSpec(Problem, description="...")}`.

    Attributes:
        data_container: The type of its content; `None` where it has none.
        description: Prose.
        media_type: How the content is encoded.
        examples: Values that it may have.
        generate_examples: Whether one is made up where there are none; by default as
            `OpenAPIConfig(create_examples=...)` says.
    """

    data_container: Any
    description: str = "Additional response"
    media_type: MediaType | str = MediaType.JSON
    examples: Sequence[Example] = ()
    generate_examples: bool | None = None
