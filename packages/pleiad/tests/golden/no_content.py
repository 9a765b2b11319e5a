async def delete_review(scope, receive, send):  # DELETE /reviews/{review_id:int}
    try:
        path = scope["path_params"]
        review_id = path["review_id"]
        result = await handler(review_id)
        if result is not None:
            check(result)
    except Exception as error:
        return await fail(error, scope, receive, send)
    await send({
        "type": "http.response.start",
        "status": 204,
        "headers": [],
    })
    await send({"type": "http.response.body", "body": b""})
