"""The database's refusals as answers."""

from sqlalchemy.exc import IntegrityError, OperationalError

from pleiad import Request, Response

CONFLICTS = {
    "UNIQUE": "There is one already",
    "FOREIGN KEY": "It names an author who is not there, or books still name it",
}


def conflict(_: Request, error: IntegrityError) -> Response:
    """Answer 409, whether the statement or the commit was refused."""
    reason = str(error.orig)
    detail = next((text for word, text in CONFLICTS.items() if word in reason), "Conflict")
    return Response({"status_code": 409, "detail": detail}, status_code=409)


def unavailable(_: Request, error: OperationalError) -> Response:
    """Answer 503 where the file is locked, full or gone."""
    return Response(
        {"status_code": 503, "detail": "The database does not answer"},
        status_code=503,
        headers={"retry-after": "1"},
    )


EXCEPTION_HANDLERS = {IntegrityError: conflict, OperationalError: unavailable}
