from pleiad import Pleiad, websocket_listener


@websocket_listener("/echo")
async def echo(data: str): ...


Pleiad([echo])
