async def grouped(scope, receive, send):  # GET /grouped
    try:
        query = query_texts(scope)
        errors = []
        filters = read_filters(query, errors)
        dry = optional(query, "dry", to_bool, False, errors)
        if errors:
            raise invalid(scope, errors)
        result = await handler(filters, dry)
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
