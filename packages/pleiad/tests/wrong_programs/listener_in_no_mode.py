from pleiad import Pleiad, websocket_listener


@websocket_listener("/echo", receive_mode="json")
async def echo(data: str) -> str:
    return data


Pleiad([echo])
