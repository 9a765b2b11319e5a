"""The pages in Chromium with the network cut: each shows the document, and three of them try it out.

A request to any other host than the app's would be seen here: the browser tells of each one, and of
what the page's policy stops. The screenshots are kept where `PLEIAD_SCREENSHOTS` says.
"""

import pytest


def swagger(page):
    page.locator("#operations-default-list_items").get_by_text("List items").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    return page.locator(".responses-table.live-responses-table .response-col_status").get_by_text(
        "200"
    )


def redoc(page):
    page.get_by_role("heading", name="List items").click()
    return page.get_by_role("button", name="200").first


def scalar(page):
    section = page.get_by_role("region", name="List items").first
    section.get_by_role("button", name="Test Request").click()
    page.get_by_role("button", name="Send get request").click()
    return page.get_by_text("200 OK").first


def elements(page):
    page.get_by_text("List items", exact=True).click()
    page.get_by_role("button", name="Send API Request").click()
    return page.get_by_text("200 OK").first


@pytest.mark.parametrize(
    ("name", "try_it"),
    [("swagger", swagger), ("redoc", redoc), ("scalar", scalar), ("elements", elements)],
)
def test_page(name, try_it, page, base_url, told, keep):
    answers = []
    page.on(
        "response", lambda r: answers.append(r.status) if r.url == f"{base_url}/items" else None
    )
    answer = page.goto(f"{base_url}/schema/{name}")
    assert answer.status == 200
    assert page.title() == "Pleiad API"
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("heading", name="Pleiad API").first.wait_for()
    assert page.locator("main, [role=main]").count() == 1
    assert page.locator("h1").count() == 1
    keep(f"{name}-opened")
    try_it(page).wait_for()
    keep(f"{name}-tried")
    assert told == []
    assert answers == ([] if name == "redoc" else [200])


def test_the_policy_holds(page, base_url, told):
    """What a script of another host would do is stopped: so the other tests would see it."""
    page.goto(f"{base_url}/schema")
    page.evaluate("fetch('http://example.com/').catch(() => null)")
    page.evaluate(
        "new Promise(r => { const i = new Image(); i.onerror = r; i.src = 'http://example.com/a.png' })"
    )
    assert any("example.com" in each for each in told)
