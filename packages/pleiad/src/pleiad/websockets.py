"""WebSockets: the socket, what may come in, and how it ends."""

from pleiad_websockets import *
from pleiad_websockets import __all__ as __all__
