import pickle
import re

import pytest

import pleiad_http
from pleiad_http import (
    ClientDisconnected,
    ClientException,
    DecodeError,
    HTTPException,
    ImproperlyConfiguredException,
    InternalServerException,
    MethodNotAllowedException,
    MissingDependencyException,
    NoRouteMatchFoundException,
    NotAcceptableException,
    NotAuthorizedException,
    NotFoundException,
    PermissionDeniedException,
    PleiadException,
    Problem,
    RequestEntityTooLarge,
    SerializationException,
    ServiceUnavailableException,
    TemplateNotFoundException,
    TooManyRequestsException,
    UnsupportedMediaTypeException,
    ValidationException,
    WebSocketDisconnect,
    WebSocketException,
    error_body,
    exceptions,
    phrase_of,
)


@pytest.mark.parametrize(
    ("status", "phrase"),
    [
        pytest.param(404, "Not Found", id="registered"),
        pytest.param(413, "Content Too Large", id="renamed by RFC 9110"),
        pytest.param(422, "Unprocessable Content", id="another"),
        pytest.param(499, "", id="unknown"),
    ],
)
def test_phrases_do_not_depend_on_the_version_of_python(status: int, phrase: str) -> None:
    assert phrase_of(status) == phrase


@pytest.mark.parametrize(
    ("cls", "status"),
    [
        (HTTPException, 500),
        (ClientException, 400),
        (ValidationException, 400),
        (NotAuthorizedException, 401),
        (PermissionDeniedException, 403),
        (NotFoundException, 404),
        (MethodNotAllowedException, 405),
        (NotAcceptableException, 406),
        (RequestEntityTooLarge, 413),
        (UnsupportedMediaTypeException, 415),
        (TooManyRequestsException, 429),
        (InternalServerException, 500),
        (ServiceUnavailableException, 503),
        (ImproperlyConfiguredException, 500),
        (NoRouteMatchFoundException, 500),
        (TemplateNotFoundException, 500),
    ],
)
def test_status_and_default_detail(cls: type[HTTPException], status: int) -> None:
    error = cls()
    assert error.status_code == status
    if cls is not TemplateNotFoundException:
        assert error.detail == phrase_of(status) != ""
    assert error.headers is None
    assert error.extra is None


def test_the_first_argument_is_the_detail() -> None:
    assert ClientException("no").detail == "no"
    assert ClientException("no", detail="yes").detail == "yes"
    assert ClientException("no").args == ("no",)
    assert str(ClientException("no")) == "400: no"


def test_a_status_can_be_given() -> None:
    error = HTTPException("teapot", status_code=418, headers={"x-a": "b"}, extra={"k": 1})
    assert (error.status_code, error.detail) == (418, "teapot")
    assert (error.headers, error.extra) == ({"x-a": "b"}, {"k": 1})
    assert HTTPException.status_code == 500


def test_an_unknown_status_has_no_phrase() -> None:
    assert HTTPException(status_code=799).detail == ""


@pytest.mark.parametrize(
    ("error", "body"),
    [
        pytest.param(
            NotFoundException("gone"), {"status_code": 404, "detail": "gone"}, id="client's"
        ),
        pytest.param(
            HTTPException(status_code=418, detail="teapot", extra=[1]),
            {"status_code": 418, "detail": "teapot", "extra": [1]},
            id="with extra",
        ),
        pytest.param(
            ClientException(extra={}),
            {"status_code": 400, "detail": "Bad Request", "extra": {}},
            id="empty extra is extra",
        ),
        pytest.param(
            ServiceUnavailableException("soon"), {"status_code": 503, "detail": "soon"}, id="503"
        ),
        pytest.param(
            InternalServerException("password is hunter2", extra={"password": "hunter2"}),
            {"status_code": 500, "detail": "Internal Server Error"},
            id="500 tells nothing",
        ),
        pytest.param(
            ValueError("hunter2"),
            {"status_code": 500, "detail": "Internal Server Error"},
            id="any other tells nothing",
        ),
    ],
)
def test_error_body(error: Exception, body: dict[str, object]) -> None:
    assert error_body(error) == body


@pytest.mark.parametrize(
    ("error", "other"),
    [
        (ValidationException("x"), ValueError),
        (ImproperlyConfiguredException("x"), ValueError),
        (MissingDependencyException("x"), ImportError),
    ],
)
def test_they_are_also_what_python_calls_them(error: Exception, other: type[Exception]) -> None:
    assert isinstance(error, other)
    assert isinstance(error, PleiadException)


def test_a_configuration_error_shows_nothing_but_its_text() -> None:
    assert str(ImproperlyConfiguredException("GET /: no")) == "GET /: no"


def test_a_missing_dependency_names_the_extra() -> None:
    assert "pip install 'pleiad[full]'" in str(MissingDependencyException("jinja2", "pleiad[full]"))
    assert "pip install 'jinja2'" in str(MissingDependencyException("jinja2"))


def test_a_missing_template_is_named() -> None:
    assert "a.html" in TemplateNotFoundException(template_name="a.html").detail


@pytest.mark.parametrize(
    ("error", "code", "reason"),
    [
        pytest.param(WebSocketDisconnect(), 1000, "", id="nothing"),
        pytest.param(WebSocketDisconnect(1001, "away"), 1001, "away", id="positions"),
        pytest.param(WebSocketDisconnect("away", code=1001), 1001, "away", id="litestar's form"),
        pytest.param(WebSocketDisconnect(code=4000, reason="r"), 4000, "r", id="keywords"),
        pytest.param(WebSocketDisconnect(detail="d"), 1000, "d", id="detail"),
    ],
)
def test_websocket_disconnect(error: WebSocketDisconnect, code: int, reason: str) -> None:
    assert (error.code, error.reason, error.detail) == (code, reason, reason)


def test_websocket_exception_closes_with_4500() -> None:
    assert WebSocketException("x").code == 4500
    assert WebSocketException("x", code=4001).code == 4001


def test_decode_error_holds_its_problems() -> None:
    error = DecodeError([Problem("a", ("x", 0)), Problem("b")], malformed=True)
    assert error.problems == (Problem("a", ("x", 0)), Problem("b", ()))
    assert error.malformed
    assert str(error) == "a; b"
    assert isinstance(error, SerializationException)
    assert not isinstance(error, HTTPException)


def test_the_tree_in_the_module_is_the_tree() -> None:
    """Every class stands in the drawing below the class that it inherits from."""
    drawn: list[tuple[int, str]] = [
        (line.index(name[0]), name[0])
        for line in (exceptions.__doc__ or "").splitlines()
        if (name := re.findall(r"\b[A-Z]\w+\b", line)) and re.match(r"    [ │├└P]", line)
    ]
    parents: dict[str, str] = {}
    for index, (indent, name) in enumerate(drawn[1:], 1):
        parents[name] = next(n for i, n in reversed(drawn[:index]) if i < indent)
    real = {
        name: cls.__bases__[0].__name__
        for name, cls in vars(exceptions).items()
        if isinstance(cls, type) and issubclass(cls, PleiadException) and cls is not PleiadException
    }
    assert parents == real


def test_all_are_public() -> None:
    assert set(exceptions.__all__) <= set(pleiad_http.__all__)
    assert ClientDisconnected.__name__ in exceptions.__all__


@pytest.mark.parametrize(
    "error", [NotFoundException("x", headers={"a": "b"}), WebSocketDisconnect(1001, "r")]
)
def test_they_travel_between_processes(error: PleiadException) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.detail, vars(again)) == (type(error), error.detail, vars(error))
