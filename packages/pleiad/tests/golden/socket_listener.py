async def listen(scope, receive, send):  # WEBSOCKET /listen/{factor:int}
    try:
        socket = WebSocket(scope, receive, send)
        path = scope["path_params"]
        factor = path["factor"]
        async with opened(open_session()) as session:
            await accept(socket)
            async with on_disconnect_at_the_end(session) as departure:
                await on_accept(socket, session)
                await listen(socket, make_listen, factor=factor, session=session)
    except Exception as error:
        return await fail(error, scope, receive, send)
    await finish(scope, receive, send)
