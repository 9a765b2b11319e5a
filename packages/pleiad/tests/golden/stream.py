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
            start, body = await prepare(response, scope, receive, send)
    except Exception as error:
        return await fail(error, scope, receive, send)
    if start is not None:
        await send(start)
        await send(body)
    await run_background(response)
