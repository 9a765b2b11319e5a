async def hooked(scope, receive, send):  # GET /hooked
    try:
        request = Request(scope, receive, send)
        early = await make_early(request)
        if early is None:
            result = await handler()
            response = as_response(result)
            response = await stamped(response)
            response = changed(response)
            start, body = await prepare(response, scope, receive, send)
        else:
            response = answer_early(early)
            response = await after_early(scope, receive, send, response=response)
            response = changed(response)
            start, body = await prepare(response, scope, receive, send)
    except Exception as error:
        return await fail(error, scope, receive, send)
    if start is not None:
        await send(start)
        await send(body)
    await run_background(response)
    await background()
    await after_response(scope, receive, send)
