"""What a program says of its documents; and the documents, made of the app's plans.

request, responses    what a plan takes and answers, in the words of `pleiad_openapi`
sockets               what WebSockets receive and send
naming                what routes are called
known_types           how types look that are no models
document              the documents of an app
"""

from pleiad.openapi.datastructures import ResponseSpec
from pleiad_openapi import *
from pleiad_openapi import __all__ as _names

__all__ = ["ResponseSpec", *_names]  # pyright: ignore[reportUnsupportedDunderAll]
