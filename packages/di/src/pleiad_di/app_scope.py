"""Values that live as long as the app: `Provide(..., scope="app")`."""

from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any

from pleiad_di.errors import NotOpen
from pleiad_di.provide import MISSING
from pleiad_di.providers import Provider
from pleiad_di.steps import Open

__all__ = ["AppScope", "Held"]


class Held:
    """Holds one app-scoped value while the app runs; calling it gives the value.

    Attributes:
        provider: Makes the value.
        keywords: What the provider takes: other held values, or constants.
    """

    __slots__ = ("__name__", "_value", "keywords", "provider")

    def __init__(
        self, name: str, provider: Provider, keywords: tuple[tuple[str, Any], ...]
    ) -> None:
        self.__name__ = name
        self.provider = provider
        self.keywords = keywords
        self._value: Any = MISSING

    def __call__(self) -> Any:
        if self._value is MISSING:
            raise NotOpen(
                (self.__name__,),
                "the value lives as long as the app, and the app is not running",
                "serve the app with its lifespan; in tests enter the client: 'with TestClient(app)'",
            )
        return self._value

    async def open(self, stack: AsyncExitStack) -> None:
        """Make the value; what must be closed is closed by the stack."""
        keywords = tuple((n, v() if isinstance(v, Held) else v) for n, v in self.keywords)
        step = self.provider.step(keywords, "value")
        if isinstance(step, Open):
            self._value = await stack.enter_async_context(step.manager({}))
        else:
            frame: dict[str, Any] = {}
            await step.run(frame)
            self._value = frame["value"]
        stack.callback(self.forget)

    def forget(self) -> None:
        """Give no value from now on."""
        self._value = MISSING


class AppScope:
    """All app-scoped values of a program: an async context manager around its running time.

    They open in the order in which they need each other and close in reverse.
    """

    __slots__ = ("_held", "_stack")

    def __init__(self) -> None:
        self._held: dict[Any, Held] = {}
        self._stack = AsyncExitStack()

    def __contains__(self, provider: Provider) -> bool:
        return provider.provide in self._held

    def __getitem__(self, provider: Provider) -> Held:
        return self._held[provider.provide]

    def hold(self, name: str, provider: Provider, keywords: tuple[tuple[str, Any], ...]) -> Held:
        """Enter a provider whose own needs are held already."""
        held = self._held[provider.provide] = Held(name, provider, keywords)
        return held

    async def __aenter__(self) -> "AppScope":
        async with AsyncExitStack() as stack:
            for held in self._held.values():
                await held.open(stack)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)
