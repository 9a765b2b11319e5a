async def count(scope, receive, send):  # WEBSOCKET /count/{until:int}
    try:
        socket = WebSocket(scope, receive, send)
        path = scope["path_params"]
        until = path["until"]
        result = handler(until=until)
        await send_stream(socket, result)
    except Exception as error:
        return await fail(error, scope, receive, send)
    await finish(scope, receive, send)
