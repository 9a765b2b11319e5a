async def orders(scope, receive, send):  # GET /orders
    try:
        query = query_texts(scope)
        errors = []
        limit = optional_int(query, "limit", 10, errors)
        page = optional_int(query, "page", 1, errors)
        if errors:
            raise invalid(scope, errors)
        async with opened(open_session()) as session:
            limit_2 = await in_thread(make_limit, limit)
            result = await handler(session, limit_2, page)
            check(result)
            content = encode(result)
    except Exception as error:
        return await fail(error, scope, receive, send)
    await send({
        "type": "http.response.start",
        "status": 200,
        "headers": [JSON, (b"content-length", b"%d" % len(content))],
    })
    await send({"type": "http.response.body", "body": content})
