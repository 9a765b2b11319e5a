from pleiad.testing import TestClient
from main import app

def test_create_item():
    with TestClient(app=app) as client:
        response = client.post("/items", json={"name": "Widget", "price": 9.99})
        assert response.status_code == 201
        body = response.json()
        assert body["name"] == "Widget"
        assert body["id"] is not None

def test_not_found():
    with TestClient(app=app) as client:
        response = client.get("/items/9999")
        assert response.status_code == 404

def test_openapi_schema():
    with TestClient(app=app) as client:
        response = client.get("/schema/openapi.json")
        assert response.status_code == 200
        schema = response.json()
        assert "/items" in schema["paths"]
