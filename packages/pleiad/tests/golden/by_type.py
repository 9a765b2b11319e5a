async def by_type(scope, receive, send):  # GET /repository
    try:
        async with opened(open_session()) as session:
            repo = Repository(session=session)
            result = await handler(repo, repo, extra=3)
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
