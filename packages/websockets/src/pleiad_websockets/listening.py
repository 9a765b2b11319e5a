"""A function that is called with each message, and whose result is sent."""

from collections.abc import Awaitable, Callable
from functools import partial
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from pleiad_di import MISSING, DependencyError, Kind, Parameter, in_thread, kind_of, signature_of
from pleiad_http import ImproperlyConfiguredException
from pleiad_websockets.codec import Mode
from pleiad_websockets.socket import WebSocket

__all__ = ["Listening", "annotated", "listen"]


class Listening(msgspec.Struct, frozen=True, kw_only=True):
    """How messages reach a function, and how what it returns is sent.

    Attributes:
        data: The type of a message's value.
        returns: The type of what is sent; `None` is never sent.
        receive_mode: Whether messages come as text or as bytes.
        send_mode: Whether what is returned goes as text or as bytes.
    """

    data: Any
    returns: Any = Any
    receive_mode: Mode = "text"
    send_mode: Mode = "text"

    async def __call__(
        self,
        socket: WebSocket[Any, Any, Any],
        function: Callable[..., Awaitable[Any]],
        /,
        **arguments: Any,
    ) -> None:
        """Call the function with each message until the client leaves.

        Args:
            socket: Is accepted.
            function: Takes the value as `data`.
            **arguments: What else it takes.
        """
        answer = partial(function, **arguments) if arguments else function
        silent = may_be_silent(self.returns)
        link = socket.only_link
        if link is not None:
            read = link.codec.reader(self.data, self.receive_mode)
            write = link.codec.writer(self.returns, self.send_mode)
            return await link.answer_each(read, answer, write, silent=silent)
        async for data in socket.iter_values(self.data, self.receive_mode):
            result = await answer(data=data)
            if result is not None or not silent:
                await socket.send(result, self.returns, self.send_mode)
        return None


def may_be_silent(returns: Any) -> bool:
    """Whether nothing may be returned, which sends nothing."""
    if get_origin(returns) in (Union, UnionType):
        return NoneType in get_args(returns)
    return returns in (None, NoneType, Any, object)


def annotated(parameter: Parameter) -> Any:
    """A parameter's type, with the constraints that `Annotated` put beside it."""
    if not parameter.metadata:
        return parameter.annotation
    return Annotated[(parameter.annotation, *parameter.metadata)]


async def listen(
    socket: WebSocket[Any, Any, Any],
    function: Callable[..., Any],
    *,
    receive_mode: Mode = "text",
    send_mode: Mode = "text",
    **arguments: Any,
) -> None:
    """Call a function with each message until the client leaves, and send what it returns.

    Args:
        socket: Accepted here, unless it is already.
        function: Sync, which runs in a worker thread, or async: takes the value of a message as
            `data`; its annotations say what that is, and what is sent.
        receive_mode: Whether messages come as text or as bytes.
        send_mode: Whether what is returned goes as text or as bytes.
        **arguments: What else the function takes.

    Raises:
        ImproperlyConfiguredException: The function takes no annotated `data`, or says not what it
            returns.
    """
    try:
        signature = signature_of(function)
    except DependencyError as error:
        raise ImproperlyConfiguredException(str(error)) from None
    found = [annotated(each) for each in signature.parameters if each.name == "data"]
    data = found[0] if found else MISSING
    if data is MISSING or signature.returns is MISSING:
        raise ImproperlyConfiguredException(
            f"listener '{signature.name}' must annotate its parameter 'data' and what it returns"
        )
    listening = Listening(
        data=data, returns=signature.returns, receive_mode=receive_mode, send_mode=send_mode
    )
    if socket.connection_state in ("init", "connect"):
        await socket.accept()
    called = function if kind_of(function) is Kind.ASYNC else partial(in_thread, function)
    await listening(socket, called, **arguments)
