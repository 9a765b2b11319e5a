async def search(scope, receive, send):  # GET /search/{category:str}
    try:
        path = scope["path_params"]
        query = query_texts(scope)
        headers = header_texts(scope)
        cookies = cookie_texts(scope)
        errors = []
        category = path["category"]
        query_2 = required_str(query, "query", errors)
        page = optional(query, "page", to_page, 1, errors)
        tags = optional_all(query, "tags", to_tags, None, errors)
        key = optional_str(headers, "x-key", None)
        theme = optional_str(cookies, "theme", "light")
        if errors:
            raise invalid(scope, errors)
        result = await handler(category, query_2, page, tags, key, theme)
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
