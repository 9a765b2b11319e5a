async def files(scope, receive, send):  # GET /files
    try:
        async with opened(open_session()) as session:
            async with opened_in_thread(open_file(session)) as file:
                result = await in_thread(files, file)
                if type(result) is not declared:
                    check(result)
                content = encode(result)
    except Exception as error:
        return await fail(error, scope, receive, send)
    await send({
        "type": "http.response.start",
        "status": 200,
        "headers": [TEXT, (b"content-length", b"%d" % len(content))],
    })
    await send({"type": "http.response.body", "body": content})
