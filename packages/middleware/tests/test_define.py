import pytest

from pleiad_middleware import ASGIMiddleware, DefineMiddleware


def app(scope, receive, send): ...


def factory(inner, first, *, second=2):
    return (inner, first, second)


def by_name(first, *, app, second):
    return (app, first, second)


@pytest.mark.parametrize(
    ("define", "made"),
    [
        pytest.param(DefineMiddleware(factory, 1), (app, 1, 2), id="in front"),
        pytest.param(DefineMiddleware(factory, 1, second=3), (app, 1, 3), id="named"),
        pytest.param(DefineMiddleware(by_name, 1, second=3), (app, 1, 3), id="app by name"),
    ],
)
def test_it_is_called_with_the_app_and_its_arguments(define, made):
    assert define(app) == made


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [((), {}), ((1, 2), {}), ((1,), {"third": 3})],
    ids=["too few", "too many", "unknown"],
)
def test_wrong_arguments_are_refused_at_once(args, kwargs):
    with pytest.raises(
        TypeError, match=r"DefineMiddleware\(factory, ...\): .*factory takes \(inner"
    ):
        DefineMiddleware(factory, *args, **kwargs)


def test_repr():
    assert repr(DefineMiddleware(factory, 1, second="x")) == (
        "DefineMiddleware(factory, 1, second='x')"
    )


def test_an_object_that_is_no_factory_is_refused():
    class Object(ASGIMiddleware):
        def __init__(self, option): ...

        async def handle(self, scope, receive, send, next_app): ...

    with pytest.raises(TypeError, match=r"made without an app: write Object\(...\)"):
        DefineMiddleware(Object)
