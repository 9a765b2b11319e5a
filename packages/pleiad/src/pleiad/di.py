"""The names of `pleiad_di`."""

from pleiad_di import *
from pleiad_di import __all__ as __all__
