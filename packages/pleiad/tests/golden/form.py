async def form(scope, receive, send):  # POST /form
    try:
        query = query_texts(scope)
        errors = []
        page = optional_int(query, "page", 1, errors)
        if errors:
            raise invalid(scope, errors)
        async with opened_form(scope, receive, errors) as form:
            title = form_field(form, "title", to_title, errors)
            file = form_field(form, "file", to_file, errors)
            if errors:
                raise invalid(scope, errors)
            async with opened(open_session()) as session:
                result = await handler(title, file, session, page)
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
