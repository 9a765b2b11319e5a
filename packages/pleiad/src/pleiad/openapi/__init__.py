"""What a program says of its OpenAPI document; and the document, made of the app's plans.

request, responses    what a plan takes and answers, in the words of `pleiad_openapi`
known_types           how types look that are no models
document              the document of an app
"""

from pleiad.openapi.datastructures import ResponseSpec
from pleiad_openapi import *
from pleiad_openapi import __all__ as _names

__all__ = ["ResponseSpec", *_names]  # pyright: ignore[reportUnsupportedDunderAll]
