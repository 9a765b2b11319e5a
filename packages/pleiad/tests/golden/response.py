async def respond(scope, receive, send):  # GET /response
    try:
        query = query_texts(scope)
        errors = []
        status = optional_int(query, "status", 200, errors)
        if errors:
            raise invalid(scope, errors)
        result = await handler(status)
        response = as_response(result)
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
