"""What became of a handler: its plan, and its source."""

from hello import app

route = app.route("GET", "/hello/{name:str}")
print(route.plan)
print()
print(route.source, end="")
