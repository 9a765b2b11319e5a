from pleiad import Pleiad, websocket_listener


@websocket_listener("/echo")
async def echo(message: str) -> str:
    return message


Pleiad([echo])
