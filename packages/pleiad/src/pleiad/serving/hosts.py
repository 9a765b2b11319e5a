"""Whom a request names: exactly one host, or none (RFC 9110, section 7.2).

A server passes on whatever the client says. Two `Host` headers, or one that is no host, are an
attack on whoever believes the other one; so they are refused before anything else is looked at.
"""

from pleiad_http import ClientException, Scope, host_of

__all__ = ["REFUSED", "is_refused"]

REFUSED = "pleiad.refused"
"""Where the scope keeps the exception with which a request is refused before it is routed."""

MOST_KEPT = 64
"""Hosts that are known to be well-formed; each has 255 characters at most."""


def is_refused(scope: Scope, known: set[bytes]) -> bool:
    """Whether the request names several hosts, or what is none; the scope says why then.

    Args:
        scope: The request's.
        known: Hosts that are well-formed; the request's is added.
    """
    try:
        host = host_of(scope)
    except ClientException as error:
        scope[REFUSED] = error
        return True
    if host is not None and len(known) < MOST_KEPT:
        known.add(host.encode("latin-1"))
    return False
