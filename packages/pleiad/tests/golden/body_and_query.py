async def update_review(scope, receive, send):  # PUT /reviews/{review_id:int}
    try:
        path = scope["path_params"]
        query = query_texts(scope)
        errors = []
        review_id = path["review_id"]
        dry = optional(query, "dry", to_bool, False, errors)
        if errors:
            raise await invalid_with_body(scope, receive, errors, decode, 10_000_000)
        data = decode(await read_body(scope, receive, 10_000_000, expect_json), errors)
        if errors:
            raise invalid(scope, errors)
        result = await handler(review_id, data, dry)
        if type(result) is not declared:
            check(result)
        content = encode(result)
    except Exception as error:
        return await fail(error, scope, receive, send)
    await send({
        "type": "http.response.start",
        "status": 202,
        "headers": [JSON, (b"content-length", b"%d" % len(content))],
    })
    await send({"type": "http.response.body", "body": content})
