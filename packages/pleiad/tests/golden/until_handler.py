async def leases(scope, receive, send):  # GET /leases
    try:
        async with entered(lease()) as long:
            async with entered_in_thread(short_lease()) as short:
                result = await handler(long, short)
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
