async def hooked(scope, receive, send):  # GET /hooked
    try:
        request = Request(scope, receive, send)
        early = await make_early(request)
        if early is None:
            result = await handler()
            response = as_response(result)
            response = await stamped(response)
            response = changed(response)
            start = None
            if response.streams:
                await stream(response, scope, receive, send)
            else:
                start, body = prepare(response, scope)
        else:
            response = answer_early(early)
            response = await after_early(scope, receive, send, response=response)
            response = changed(response)
            start = None
            if response.streams:
                await stream(response, scope, receive, send)
            else:
                start, body = prepare(response, scope)
    except Exception as error:
        return await fail(error, scope, receive, send)
    if start is not None:
        await send(start)
        await send(body)
    if response.background is not None:
        await response.background()
    await background()
    await after_response(scope, receive, send)
