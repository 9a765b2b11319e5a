async def typed_form(scope, receive, send):  # POST /typed-form
    try:
        errors = []
        data = await read_content(scope, receive, errors)
        if errors:
            raise invalid(scope, errors)
        result = await handler(data)
        if type(result) is not declared:
            check(result)
        content = encode(result)
    except Exception as error:
        return await fail(error, scope, receive, send)
    await send({
        "type": "http.response.start",
        "status": 201,
        "headers": [JSON, (b"content-length", b"%d" % len(content))],
    })
    await send({"type": "http.response.body", "body": content})
