async def lived(scope, receive, send):  # WEBSOCKET /lived
    try:
        socket = WebSocket(scope, receive, send)
        async with opened(open_session()) as session:
            async with make_lifespan(socket=socket, session=session) as lifespan:
                await accept_unless_open(socket)
                await listen(socket, lived)
    except Exception as error:
        return await fail(error, scope, receive, send)
    await finish(scope, receive, send)
