from pleiad import Pleiad, websocket_listener


class Tea:
    pass


@websocket_listener("/tea")
async def tea(data: Tea) -> None: ...


Pleiad([tea])
