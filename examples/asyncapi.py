"""The AsyncAPI document of the WebSockets of `sockets.py`: what each receives and sends."""

# --8<-- [start:asyncapi]
from sockets import app


def describe() -> None:
    document = app.asyncapi_schema
    for name, operation in document["operations"].items():
        channel = document["channels"][operation["channel"]["$ref"].removeprefix("#/channels/")]
        print(name, operation["action"], channel["address"], *channel.get("messages", {}))


# --8<-- [end:asyncapi]


if __name__ == "__main__":
    describe()
