"""What a function takes and returns, read once."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType, MethodType
from typing import (
    Annotated,
    Any,
    ForwardRef,
    NamedTuple,
    TypeAlias,
    get_args,
    get_origin,
    get_type_hints,
)

from pleiad_di.errors import UnresolvedAnnotation
from pleiad_di.provide import MISSING
from pleiad_di.source import Var, callable_name

__all__ = ["Keywords", "Parameter", "Signature", "signature_of"]

_TAKEN_BY_NAME = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.KEYWORD_ONLY,
)


Keywords: TypeAlias = tuple[tuple[str, object], ...]
"""Arguments by the names of their parameters."""


class Parameter(NamedTuple):
    """One parameter.

    Attributes:
        name: As the function calls it.
        annotation: Its type, with `Annotated` taken off; `MISSING` where there is none.
        metadata: What `Annotated` held.
        default: Its default, or `MISSING`.
    """

    name: str
    annotation: Any
    metadata: tuple[Any, ...] = ()
    default: Any = MISSING

    def marker(self, kind: type[Any]) -> Any | None:
        """The marker of that class, from the default first, then from `Annotated`'s last item on."""
        if isinstance(self.default, kind):
            return self.default
        for candidate in reversed(self.metadata):
            if isinstance(candidate, kind):
                return candidate
        return None


class Signature(NamedTuple):
    """A function's face.

    Attributes:
        name: What people call the function.
        parameters: In their order; `*args` and `**kwargs` are not among them.
        returns: The return annotation, `MISSING` where there is none, the class for a class.
        positional: How many parameters, from the first on, surely take a value by position: those
            of a plain function or method that do. What a wrapper takes may differ from what it
            shows, so it is called by name.
        positional_only: How many of them take it in no other way.
    """

    name: str
    parameters: tuple[Parameter, ...]
    returns: Any
    positional: int = 0
    positional_only: int = 0

    def split(self, values: Keywords) -> tuple[tuple[object, ...], Keywords]:
        """The arguments of a call: variables by position, and from the first constant on by name.

        PERF: four arguments of a coroutine function cost 0.2 us less by position.

        Args:
            values: By the parameters' names, in their order.
        """
        count = 0
        for parameter, (name, value) in zip(self.parameters, values, strict=False):
            fits = count < self.positional and isinstance(value, Var)
            if name != parameter.name or not (fits or count < self.positional_only):
                break
            count += 1
        return tuple([value for _, value in values[:count]]), values[count:]


def signature_of(
    function: Callable[..., Any],
    *,
    namespace: Mapping[str, Any] | None = None,
    path: Sequence[str] = (),
) -> Signature:
    """Read a callable's signature, its annotations resolved.

    Args:
        function: A function, method, class, `functools.partial`, or object with `__call__`.
        namespace: Further names that annotations may use.
        path: Who asks, for the error.

    Raises:
        UnresolvedAnnotation: An annotation names what does not exist at run time.
    """
    name = callable_name(function)
    parameters, positional, positional_only = _parameters(function)
    try:
        hints = _hints(function, namespace)
    except NameError as error:
        missing = error.name or str(error)
        raise UnresolvedAnnotation(
            path or (name,),
            f"an annotation of '{name}' names '{missing}', which does not exist at run time",
            f"import '{missing}' outside 'if TYPE_CHECKING', define it at module level, "
            f"or pass signature_namespace={{'{missing}': {missing}}}",
        ) from None
    return Signature(
        name,
        tuple([_parameter(each, hints.get(each.name, each.annotation)) for each in parameters]),
        function if isinstance(function, type) else hints.get("return", MISSING),
        positional,
        positional_only,
    )


def _parameters(function: Callable[..., Any]) -> tuple[list[Parameter], int, int]:
    """What a callable takes, with annotations as far as they stand in its signature alone.

    Returns:
        The parameters, and how many of them may be, and must be, given by position.
    """
    plain: Any = function.__func__ if isinstance(function, MethodType) else function
    # PERF: for a plain function `inspect.signature` takes 10 us, its code object 1 us.
    if type(plain) is FunctionType and not plain.__dict__:
        code, defaults, bound = plain.__code__, plain.__defaults__ or (), plain is not function
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        given = {
            **dict(zip(reversed(names[: code.co_argcount]), reversed(defaults), strict=False)),
            **(plain.__kwdefaults__ or {}),
        }
        parameters = [Parameter(each, MISSING, (), given.get(each, MISSING)) for each in names]
        only = code.co_posonlyargcount
        if bound and code.co_argcount:  # the first one is the object
            return parameters[1:], code.co_argcount - 1, max(only - 1, 0)
        return parameters, code.co_argcount, only
    empty = inspect.Parameter.empty
    found = [
        each
        for each in inspect.signature(function).parameters.values()
        if each.kind in _TAKEN_BY_NAME
    ]
    parameters = [
        Parameter(
            each.name,
            MISSING if each.annotation is empty else each.annotation,
            (),
            MISSING if each.default is empty else each.default,
        )
        for each in found
    ]
    only = sum(each.kind is inspect.Parameter.POSITIONAL_ONLY for each in found)
    return parameters, only, only


def _parameter(found: Parameter, annotation: Any) -> Parameter:
    metadata: tuple[Any, ...] = ()
    if get_origin(annotation) is Annotated:
        annotation, *rest = get_args(annotation)
        metadata = tuple(rest)
    return found._replace(annotation=annotation, metadata=metadata)


def _hints(function: Callable[..., Any], namespace: Mapping[str, Any] | None) -> dict[str, Any]:
    """The annotations of whatever is called in the end, resolved."""
    target: Any = inspect.unwrap(function)
    while hasattr(target, "func"):
        target = inspect.unwrap(target.func)
    if isinstance(target, type):
        target = _constructor(target)
    elif not (inspect.isroutine(target)):
        target = type(target).__call__
    target = getattr(target, "__func__", target)
    raw = dict(getattr(target, "__annotations__", {}))
    if not isinstance(target, type) and not any(_is_deferred(each) for each in raw.values()):
        return {key: type(None) if each is None else each for key, each in raw.items()}
    return get_type_hints(target, localns=dict(namespace or {}), include_extras=True)


def _constructor(cls: type[Any]) -> Any:
    """What carries a class's parameter annotations: `__init__` where it has them, else the class."""
    init = cls.__init__
    return init if getattr(init, "__annotations__", None) else cls


def _is_deferred(annotation: Any) -> bool:
    """Whether a string stands somewhere in the annotation."""
    if isinstance(annotation, str | ForwardRef):
        return True
    return any(_is_deferred(each) for each in getattr(annotation, "__args__", ()))
