from pleiad import Pleiad, websocket_stream


@websocket_stream("/time")
async def time() -> str:
    return "late"


Pleiad([time])
