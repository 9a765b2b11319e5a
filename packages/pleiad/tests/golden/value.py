async def hello(scope, receive, send):  # GET /hello/{name:str}
    try:
        path = scope["path_params"]
        name = path["name"]
        result = await handler(name)
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
