from pleiad import Litestar
from pleiad.openapi import OpenAPIConfig

app = Litestar(
    route_handlers=[],
    openapi_config=OpenAPIConfig(
        title="My API",
        version="1.0.0",
        description="A sample API built with Litestar",
        contact={"name": "Alice Dev", "email": "alice@example.com"},
    ),
)
# Docs at: http://localhost:8000/schema  (Swagger UI)
# JSON at: http://localhost:8000/schema/openapi.json
