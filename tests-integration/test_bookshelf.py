"""`examples/bookshelf`: what it promises of transactions, and that no client makes it fail."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import anyio
import pytest

from pleiad.testing import AsyncTestClient, TestClient

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "examples"))

pytestmark = pytest.mark.anyio

DUNE = {"title": "Dune", "isbn": "9780000000101", "year": 1965, "author_id": 2}


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def database(tmp_path):
    return tmp_path / "data" / "bookshelf.sqlite3"


@pytest.fixture
def make_app(database, monkeypatch):
    monkeypatch.setenv("BOOKSHELF_DATABASE", str(database))
    import bookshelf  # noqa: PLC0415 - its module asks for the path

    return lambda: bookshelf.create_app(database)


@pytest.fixture
def client(make_app):
    with TestClient(make_app()) as client:
        yield client


def stored(database, query):
    """Read the file beside the app: what is there was committed."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def titles(response):
    return [book["title"] for book in response.json()["items"]]


def test_first_start_fills_the_shelf_and_the_second_does_not(make_app, database):
    with TestClient(make_app()) as client:
        assert client.get("/health").json() == {"status": "ok", "books": 6}
        assert client.delete("/books/1").status_code == 204
    with TestClient(make_app()) as client:
        assert client.get("/health").json() == {"status": "ok", "books": 5}
    assert stored(database, "select count(*) from books") == [(5,)]


def test_database_path_is_the_environments_or_the_users(make_app, monkeypatch, tmp_path):
    from bookshelf.database import database_path  # noqa: PLC0415

    make_app()
    monkeypatch.setenv("BOOKSHELF_DATABASE", str(tmp_path / "named.db"))
    assert database_path() == tmp_path / "named.db"
    monkeypatch.delenv("BOOKSHELF_DATABASE")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert database_path() == tmp_path / "pleiad-bookshelf" / "bookshelf.sqlite3"


def test_home_names_only_what_is_there(client):
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    links = [part.split('"')[0] for part in page.text.split('href="')[1:]]
    assert len(links) >= 5
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link


def test_a_book_is_added_shown_changed_and_removed(client, database):
    added = client.post("/books", json=DUNE)
    lem = {"id": 2, "name": "Stanisław Lem"}
    dune = {"id": 7, "title": "Dune", "isbn": "9780000000101", "year": 1965, "author": lem}
    assert (added.status_code, added.json()) == (201, dune)
    assert client.get("/books/7").json() == dune
    changed = client.put("/books/7", json={**DUNE, "year": 1966, "author_id": 3})
    assert changed.status_code == 200
    assert changed.json() == {
        **dune,
        "year": 1966,
        "author": {"id": 3, "name": "Octavia E. Butler"},
    }
    assert stored(database, "select year, author_id from books where id = 7") == [(1966, 3)]
    removed = client.delete("/books/7")
    assert (removed.status_code, removed.content) == (204, b"")
    assert client.get("/books/7").status_code == 404
    assert stored(database, "select count(*) from books where id = 7") == [(0,)]


def test_an_author_is_added_renamed_and_removed(client, database):
    added = client.post("/authors", json={"name": "Frank Herbert"})
    assert (added.status_code, added.json()) == (201, {"id": 4, "name": "Frank Herbert"})
    renamed = client.put("/authors/4", json={"name": "F. Herbert"})
    assert (renamed.status_code, renamed.json()) == (200, {"id": 4, "name": "F. Herbert"})
    assert stored(database, "select name from authors where id = 4") == [("F. Herbert",)]
    assert client.delete("/authors/4").status_code == 204
    assert client.get("/authors/4").status_code == 404


@pytest.mark.parametrize(
    ("query", "found", "total"),
    [
        pytest.param("", ["Kindred", "Solaris", "The Cyberiad"], 6, id="all-by-title"),
        pytest.param("&page=2", ["The Dispossessed", "The Lathe of Heaven"], 6, id="second-page"),
        pytest.param("&page=3", [], 6, id="behind-the-last"),
        pytest.param("&search=THE+d", ["The Dispossessed"], 1, id="search-any-case"),
        pytest.param("&search=%25", [], 0, id="percent-is-a-letter"),
        pytest.param("&search=_", [], 0, id="underscore-is-a-letter"),
        pytest.param("&search=%22%27%3B--", [], 0, id="hostile"),
        pytest.param("&author=2", ["Solaris", "The Cyberiad"], 2, id="of-an-author"),
        pytest.param("&author=2&search=sol", ["Solaris"], 1, id="of-an-author-and-search"),
        pytest.param("&author=99", [], 0, id="of-nobody"),
    ],
)
def test_books_are_paged_and_searched(client, query, found, total):
    answer = client.get(f"/books?size=3{query}")
    assert answer.status_code == 200
    body = answer.json()
    assert titles(answer) == found + (["The Left Hand of Darkness"] if query == "&page=2" else [])
    assert (body["total"], body["size"]) == (total, 3)


def test_authors_are_searched(client):
    body = client.get("/authors?search=LE").json()
    assert [author["name"] for author in body["items"]] == [
        "Octavia E. Butler",
        "Stanisław Lem",
        "Ursula K. Le Guin",
    ]
    assert (body["total"], body["page"], body["size"]) == (3, 1, 20)


@pytest.mark.parametrize("way", ["flush", "commit"])
def test_a_refused_statement_or_commit_is_409_and_leaves_nothing(client, database, way):
    """POST flushes in the handler; PUT of an author meets the constraint in the commit only."""
    before = stored(database, "select * from authors order by id")
    name = {"name": "Ursula K. Le Guin"}
    answer = (
        client.post("/authors", json=name)
        if way == "flush"
        else client.put("/authors/2", json=name)
    )
    assert answer.status_code == 409
    assert answer.json() == {"status_code": 409, "detail": "There is one already"}
    assert stored(database, "select * from authors order by id") == before
    assert client.get("/authors/2").json()["name"] == "Stanisław Lem"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        pytest.param("POST", "/books", {**DUNE, "author_id": 99}, id="unknown-author"),
        pytest.param("PUT", "/books/1", {**DUNE, "author_id": 99}, id="change-to-unknown-author"),
        pytest.param("DELETE", "/authors/1", None, id="author-of-books-refused-by-the-commit"),
    ],
)
def test_a_broken_reference_is_409(client, database, method, path, body):
    before = stored(database, "select * from books order by id")
    answer = client.request(method, path, json=body)
    assert answer.status_code == 409
    assert "author" in answer.json()["detail"]
    assert stored(database, "select * from books order by id") == before
    assert stored(database, "select count(*) from authors") == [(3,)]


def test_what_fails_after_a_write_is_rolled_back(make_app, database):
    """An exception behind the flush undoes it, and the connection goes back to the pool clean."""
    from bookshelf.models import Author  # noqa: PLC0415
    from sqlalchemy.ext.asyncio import AsyncSession  # noqa: PLC0415

    from pleiad import post  # noqa: PLC0415

    @post("/fails")
    async def fails(session: AsyncSession) -> None:
        session.add(Author(name="Nobody"))
        await session.flush()
        raise ZeroDivisionError

    app = make_app()
    app.register(fails)
    with TestClient(app, raise_server_exceptions=False) as client:
        for _ in range(20):
            assert client.post("/fails").status_code == 500
        assert client.post("/authors", json={"name": "Somebody"}).status_code == 201
    assert stored(database, "select name from authors where id > 3") == [("Somebody",)]


@pytest.mark.parametrize(
    "path",
    ["/books/99", "/authors/99", "/books/0", "/books/-1", f"/books/{2**63}", f"/books/-{2**70}"],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_what_is_not_there_is_404(client, method, path):
    body = {"name": "x"} if "authors" in path else DUNE
    answer = client.request(method, path, json=body if method == "PUT" else None)
    assert answer.status_code == 404
    assert answer.json()["status_code"] == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "keys"),
    [
        pytest.param("POST", "/books", {}, {"title", "isbn", "year", "author_id"}, id="empty"),
        pytest.param("POST", "/books", {**DUNE, "isbn": "978"}, {"isbn"}, id="short-isbn"),
        pytest.param(
            "POST", "/books", {**DUNE, "isbn": "\u0660" * 13}, {"isbn"}, id="other-digits"
        ),
        pytest.param("POST", "/books", {**DUNE, "title": ""}, {"title"}, id="no-title"),
        pytest.param("POST", "/books", {**DUNE, "title": "x" * 201}, {"title"}, id="long-title"),
        pytest.param("POST", "/books", {**DUNE, "author_id": 2**63}, {"author_id"}, id="huge-id"),
        pytest.param("POST", "/books", {**DUNE, "year": "old"}, {"year"}, id="year-is-text"),
        pytest.param("PUT", "/books/1", {**DUNE, "year": 9999}, {"year"}, id="far-future"),
        pytest.param("POST", "/authors", {"name": None}, {"name"}, id="null-name"),
        pytest.param("GET", "/books?page=0&size=101", None, {"page", "size"}, id="page-and-size"),
        pytest.param("GET", f"/books?page={10**30}", None, {"page"}, id="huge-page"),
        pytest.param("GET", f"/books?author={2**63}", None, {"author"}, id="huge-author"),
        pytest.param("GET", f"/books?search={'x' * 101}", None, {"search"}, id="long-search"),
    ],
)
def test_what_is_not_valid_is_400_with_every_wrong_field(client, method, path, body, keys):
    answer = client.request(method, path, json=body)
    assert answer.status_code == 400, answer.text
    assert {problem["key"] for problem in answer.json()["extra"]} == keys


def test_an_unknown_field_is_400(client):
    answer = client.post("/authors", json={"name": "x", "nmae": "y"})
    assert answer.status_code == 400


async def test_only_one_of_many_at_once_gets_a_unique_number(make_app, database):
    """Twenty sessions write the same ISBN at the same time: one commit, nineteen conflicts."""
    statuses = []

    async def add(client):
        statuses.append((await client.post("/books", json=DUNE)).status_code)

    async with AsyncTestClient(make_app()) as client, anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(add, client)
    assert sorted(statuses) == [201] + [409] * 19
    assert stored(database, "select count(*) from books where title = 'Dune'") == [(1,)]


async def test_many_at_once_are_all_kept(make_app, database):
    """Writers wait for each other, readers for nobody."""
    statuses = []

    async def add(client, number):
        body = {**DUNE, "isbn": f"{9790000000000 + number}"}
        statuses.append((await client.post("/books", json=body)).status_code)
        statuses.append(
            (await client.get(f"/books?search=dune&page={number + 1}&size=1")).status_code
        )

    async with AsyncTestClient(make_app()) as client, anyio.create_task_group() as tasks:
        for number in range(40):
            tasks.start_soon(add, client, number)
    assert sorted(statuses) == [200] * 40 + [201] * 40
    assert stored(database, "select count(*) from books where title = 'Dune'") == [(40,)]
