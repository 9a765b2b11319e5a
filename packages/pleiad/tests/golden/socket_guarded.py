async def guarded(scope, receive, send):  # WEBSOCKET /guarded
    try:
        check_origin(scope, policy=policy)
        socket = WebSocket(scope, receive, send)
        await guard(socket, handler=handler)
        async with opened(open_session()) as session:
            await make_handler(socket=socket, session=session)
    except Exception as error:
        return await fail(error, scope, receive, send)
    await finish(scope, receive, send)
