"""Close codes and reasons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pleiad_http import (
    ClientDisconnected,
    HTTPException,
    PermissionDeniedException,
    RequestEntityTooLarge,
    ServiceUnavailableException,
    ValidationException,
    WebSocketDisconnect,
    WebSocketException,
)
from pleiad_websockets import Close, close_for, is_server_fault, short_reason
from pleiad_websockets.closing import LONGEST_REASON, check_code
from pleiad_websockets.errors import InvalidMessage, MessageTooLarge, TooManyMessages

WRONG = [
    {"message": "Expected int", "key": "page", "source": "query"},
    {"message": "Field required", "key": "name", "source": "query"},
]


@given(st.text(st.characters(blacklist_categories=()), max_size=300))
def test_reason_is_valid_and_as_long_as_it_can_be(text: str) -> None:
    found = short_reason(text)
    encoded = found.encode()  # strictly
    assert len(encoded) <= LONGEST_REASON
    whole = text.encode("utf-8", "replace")
    assert whole.startswith(encoded)
    assert len(encoded) == len(whole) or len(encoded) > LONGEST_REASON - 4


@pytest.mark.parametrize(
    ("error", "close"),
    [
        pytest.param(WebSocketDisconnect(code=1001), None, id="left"),
        pytest.param(ClientDisconnected(), None, id="left in the midst"),
        pytest.param(WebSocketException("why", code=4001), Close(4001, "why"), id="own"),
        pytest.param(WebSocketException("why", code=1006), Close(1011, "why"), id="reserved"),
        pytest.param(WebSocketException("why", code=70000), Close(1011, "why"), id="no code"),
        pytest.param(InvalidMessage([]), Close(1007, "Invalid message"), id="invalid"),
        pytest.param(TooManyMessages("slow"), Close(1008, "slow"), id="rate"),
        pytest.param(MessageTooLarge("big"), Close(4413, "big"), id="size"),
        pytest.param(RequestEntityTooLarge("big"), Close(4413, "big"), id="413"),
        pytest.param(PermissionDeniedException(), Close(4403, "Forbidden"), id="403"),
        pytest.param(
            ValidationException("all wrong", extra=WRONG),
            Close(4400, "page: Expected int; name: Field required"),
            id="400",
        ),
        pytest.param(ValidationException("x", extra={"a": 1}), Close(4400, "x"), id="extra"),
        pytest.param(HTTPException("secret", status_code=500), Close(1011), id="500"),
        pytest.param(ServiceUnavailableException("secret"), Close(1011), id="503"),
        pytest.param(HTTPException("x", status_code=302), Close(1011), id="302"),
        pytest.param(ValueError("secret"), Close(1011), id="fault"),
    ],
)
def test_close_for(error: Exception, close: Close | None) -> None:
    assert close_for(error) == close


def test_debug_mode_tells_of_faults_only() -> None:
    assert close_for(ValueError("secret"), debug=True) == Close(1011, "ValueError: secret")
    assert close_for(WebSocketException("why"), debug=True) == Close(4500, "why")


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (ValueError(), True),
        (HTTPException(status_code=503), True),
        (WebSocketException(code=1011), False),
        (WebSocketDisconnect(), False),
        (PermissionDeniedException(), False),
    ],
)
def test_server_fault(error: Exception, fault: bool) -> None:
    assert is_server_fault(error) is fault


@pytest.mark.parametrize("code", [1000, 1003, 1011, 1014, 3000, 4000, 4999])
def test_code_may_be_sent(code: int) -> None:
    check_code(code)


@pytest.mark.parametrize("code", [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65536, -1])
def test_code_may_not_be_sent(code: int) -> None:
    with pytest.raises(ValueError, match="cannot be sent as a close code"):
        check_code(code)
