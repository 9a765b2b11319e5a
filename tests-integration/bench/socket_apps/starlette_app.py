"""The same in Starlette, which has no channels: a queue for each socket, as its users write it."""

import asyncio

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocketDisconnect

MESSAGE = "x" * 64
QUEUES = set()


async def room(socket):
    await socket.accept()
    queue = asyncio.Queue(1000)
    QUEUES.add(queue)

    async def send():
        while True:
            await socket.send_text(await queue.get())

    sending = asyncio.create_task(send())
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        pass
    finally:
        sending.cancel()
        QUEUES.discard(queue)


async def say(request):
    for _ in range(int(request.path_params["times"])):
        for queue in QUEUES:
            queue.put_nowait(MESSAGE)
    return Response()


app = Starlette(routes=[WebSocketRoute("/room", room), Route("/say/{times}", say)])
