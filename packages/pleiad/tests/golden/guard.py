async def guarded(scope, receive, send):  # GET /guarded
    try:
        request = Request(scope, receive, send)
        forbid(request, route_handler=route_handler)
        query = query_texts(scope)
        errors = []
        page = required_int(query, "page", errors)
        if errors:
            raise invalid(scope, errors)
        result = await handler(page)
        if type(result) is not declared:
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
