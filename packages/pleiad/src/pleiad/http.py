"""The names of `pleiad_http`."""

from pleiad_http import *
from pleiad_http import __all__ as __all__
