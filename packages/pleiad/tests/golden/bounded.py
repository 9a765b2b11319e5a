async def bounded(scope, receive, send):  # POST /bounded
    try:
        async with begun_within(2.5, send) as send:
            async with until_disconnect(scope, receive) as receive:
                errors = []
                data = decode(await read_body(scope, receive, 10_000_000, expect_json), errors)
                if errors:
                    raise invalid(scope, errors)
                async with opened(open_session()) as session:
                    result = await handler(data, session)
                    if type(result) is not declared:
                        check(result)
                    content = encode(result)
                    await finished(receive, send)
    except Exception as error:
        return await fail(error, scope, receive, send)
    await send({
        "type": "http.response.start",
        "status": 201,
        "headers": [JSON, (b"content-length", b"%d" % len(content))],
    })
    await send({"type": "http.response.body", "body": content})
