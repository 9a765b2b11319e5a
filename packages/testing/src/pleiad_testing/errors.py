"""What an app under test does wrong.

    AppFault                the app under test is at fault
    ├── AppTimeout          it did not answer in time; also an httpx2.ReadTimeout
    ├── ProtocolFault       what it sent is not ASGI, or not HTTP; also an httpx2.RemoteProtocolError
    └── LifespanFault       it reported that its startup or its shutdown failed, or never finished it
    ClientLeft              raised by `send` in the app after the client has closed the response

What the app itself raises is raised in the test as it is, and is none of these.
"""

import httpx2

__all__ = ["AppFault", "AppTimeout", "ClientLeft", "LifespanFault", "ProtocolFault"]


class AppFault(Exception):
    """The app under test is at fault."""


class AppTimeout(AppFault, httpx2.ReadTimeout):
    """The app did not begin, continue or end its answer in time."""


class ProtocolFault(AppFault, httpx2.RemoteProtocolError):
    """What the app sent is not what ASGI or HTTP allow at this point.

    It is raised at the app's own `await send(...)`, and in the test whatever the app makes of it.
    """


class LifespanFault(AppFault):
    """The app's startup or shutdown failed without an exception, or did not finish in time."""


class ClientLeft(OSError):
    """The client has closed the response: nobody reads what is sent."""
