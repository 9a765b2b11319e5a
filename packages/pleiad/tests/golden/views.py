async def full(scope, receive, send):  # GET /full
    try:
        request = Request(scope, receive, send)
        headers = headers_of(scope)
        state = state_of(scope, State)
        cookies = cookies_of(scope)
        result = await handler(request, headers, state, cookies)
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
