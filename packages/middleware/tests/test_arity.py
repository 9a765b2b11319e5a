import functools
from unittest.mock import AsyncMock

import pytest

from pleiad_middleware.arity import takes


def three(scope, receive, send): ...


def with_default(scope, receive, send, more=None): ...


def by_name(scope, receive, *, send): ...


def any_number(*args): ...


def two(scope, receive): ...


@functools.wraps(two)
def wraps_two(scope, receive, send): ...


@functools.wraps(two)
def wraps_two_by_any(*args): ...


class Called:
    def __call__(self, scope, receive, send): ...

    def method(self, scope, receive, send): ...

    @classmethod
    def of_class(cls, scope, receive, send): ...

    @staticmethod
    def static(scope, receive, send): ...


class CalledOnClass:
    def __init__(self, scope, receive, send): ...

    def __call__(self): ...


class CalledWithTwo:
    def __call__(self, scope, receive): ...


@pytest.mark.parametrize(
    ("called", "answer"),
    [
        pytest.param(three, True, id="three"),
        pytest.param(with_default, True, id="a default"),
        pytest.param(any_number, True, id="any number"),
        pytest.param(wraps_two, True, id="as called, not as wrapped"),
        pytest.param(wraps_two_by_any, True, id="as called by any number"),
        pytest.param(two, False, id="two"),
        pytest.param(by_name, False, id="keyword only"),
        pytest.param(Called(), True, id="object"),
        pytest.param(Called().method, True, id="method"),
        pytest.param(Called.of_class, True, id="class method"),
        pytest.param(Called.static, True, id="static method"),
        pytest.param(CalledOnClass, True, id="class"),
        pytest.param(CalledOnClass(1, 2, 3), False, id="object of that class"),
        pytest.param(CalledWithTwo(), False, id="object called with two"),
        pytest.param(functools.partial(with_default, 1), True, id="partial"),
        pytest.param(functools.partial(two, 1), False, id="partial of two"),
        pytest.param(AsyncMock(), True, id="mock"),
        pytest.param(max, True, id="no signature"),
    ],
)
def test_whether_it_takes_three(called, answer):
    assert takes(called, 3) is answer
