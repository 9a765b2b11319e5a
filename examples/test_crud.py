from crud import app

from pleiad.testing import TestClient


def test_an_item_is_created_and_found():
    with TestClient(app) as client:
        created = client.post("/items", json={"name": "Tea", "price": 2.5})
        assert created.status_code == 201
        number = created.json()["id"]
        assert client.get(f"/items/{number}").json() == {"id": number, "name": "Tea", "price": 2.5}


def test_a_wrong_field_is_named():
    with TestClient(app) as client:
        answer = client.post("/items", json={"name": "Tea", "price": "much"})
        assert answer.status_code == 400
        assert answer.json()["extra"][0]["key"] == "price"


def test_an_unknown_item_is_a_404():
    with TestClient(app) as client:
        assert client.get("/items/999999").status_code == 404
