async def negotiated(scope, receive, send):  # GET /negotiated
    try:
        responder = choose(scope)
        query = query_texts(scope)
        errors = []
        page = optional_int(query, "page", 1, errors)
        if errors:
            raise invalid(scope, errors)
        result = await handler(page)
        response = as_response(responder, result)
        start = None
        if response.streams:
            await stream(responder, response, scope, receive, send)
        else:
            start, body = prepare(responder, response, scope)
    except Exception as error:
        return await fail(error, scope, receive, send)
    if start is not None:
        await send(start)
        await send(body)
    if response.background is not None:
        await response.background()
