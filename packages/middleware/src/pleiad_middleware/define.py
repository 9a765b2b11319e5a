"""A middleware together with its arguments."""

import inspect
from collections.abc import Callable
from typing import Any, Concatenate, Generic, ParamSpec

from pleiad_http import ASGIApp
from pleiad_middleware.asgi import class_name

__all__ = ["DefineMiddleware"]

P = ParamSpec("P")


class DefineMiddleware(Generic[P]):
    """A middleware that takes more than the app, as something that takes only the app.

    The arguments are checked when it is defined. A callable whose `app` is keyword-only is called
    with `app=`, any other with the app in front.

    Args:
        middleware: A class or function that takes an app and makes an app.
        *args: What it takes after the app.
        **kwargs: What it takes by name.

    Attributes:
        middleware: The class or function.
        args: What it takes after the app.
        kwargs: What it takes by name.

    Raises:
        TypeError: It does not take these arguments, or is an `ASGIMiddleware`, which is made
            without an app.
    """

    __slots__ = ("_by_name", "args", "kwargs", "middleware")

    def __init__(
        self,
        middleware: Callable[Concatenate[ASGIApp, P], ASGIApp],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        self.middleware = middleware
        self.args: tuple[object, ...] = args
        self.kwargs: dict[str, object] = kwargs
        self._by_name = _checked(middleware, args, kwargs)

    def __call__(self, app: ASGIApp) -> ASGIApp:
        """The middleware before an app."""
        make: Callable[..., ASGIApp] = self.middleware
        if self._by_name:
            return make(*self.args, app=app, **self.kwargs)
        return make(app, *self.args, **self.kwargs)

    def __repr__(self) -> str:
        values = [repr(each) for each in self.args]
        values += [f"{name}={each!r}" for name, each in self.kwargs.items()]
        name = getattr(self.middleware, "__name__", repr(self.middleware))
        return f"DefineMiddleware({', '.join([name, *values])})"


def _checked(make: Callable[..., Any], args: tuple[object, ...], kwargs: dict[str, object]) -> bool:
    """Whether the app goes by name; the call is tried on the signature, where there is one."""
    name = getattr(make, "__name__", repr(make))
    if class_name(make):
        message = (
            f"{name} is made without an app: write {name}(...) for DefineMiddleware({name}, ...)"
        )
        raise TypeError(message)
    try:
        signature = inspect.signature(make)
    except (TypeError, ValueError):
        return False
    app = signature.parameters.get("app")
    by_name = app is not None and app.kind is app.KEYWORD_ONLY
    try:
        if by_name:
            signature.bind(*args, app=None, **kwargs)
        else:
            signature.bind(None, *args, **kwargs)
    except TypeError as error:
        message = f"DefineMiddleware({name}, ...): {error}; {name} takes {signature}"
        raise TypeError(message) from None
    return by_name
