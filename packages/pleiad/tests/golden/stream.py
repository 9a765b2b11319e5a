async def lines(scope, receive, send):  # GET /lines
    try:
        query = query_texts(scope)
        errors = []
        page = optional_int(query, "page", 1, errors)
        if errors:
            raise invalid(scope, errors)
        async with opened(open_session()) as session:
            result = handler(session, page)
            response = as_stream(result)
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
