async def talk(scope, receive, send):  # WEBSOCKET /talk/{room:str}
    try:
        socket = WebSocket(scope, receive, send)
        path = scope["path_params"]
        query = query_texts(scope)
        errors = []
        room = path["room"]
        times = optional_int(query, "times", 1, errors)
        if errors:
            raise invalid(scope, errors)
        await handler(socket=socket, room=room, times=times)
    except Exception as error:
        return await fail(error, scope, receive, send)
    await finish(scope, receive, send)
