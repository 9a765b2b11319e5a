async def upload(scope, receive, send):  # POST /upload
    try:
        errors = []
        async with opened_content(scope, receive, errors) as data:
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
