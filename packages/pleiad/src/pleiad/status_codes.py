"""The names of `pleiad_http.status_codes`."""

from pleiad_http.status_codes import *
from pleiad_http.status_codes import __all__ as __all__
