"""The ways from one answer to the next request, as the document of the API has them."""

from campaign.web.api.app import api_document, bare_api


def test_every_link_fills_in_what_its_request_takes() -> None:
    document = api_document(bare_api())
    operations = [one for path in document["paths"].values() for one in path.values()]
    takes = {
        one["operationId"]: {f"{each['in']}.{each['name']}" for each in one.get("parameters", ())}
        for one in operations
    }
    links = [
        link
        for one in operations
        for answer in one["responses"].values()
        for link in answer.get("links", {}).values()
    ]
    assert links
    for link in links:
        names = {one if "." in one else f"path.{one}" for one in link["parameters"]}
        assert names <= takes[link["operationId"]], link
        wanted = {one for one in takes[link["operationId"]] if one.startswith("path.")}
        assert wanted <= names, link


def test_a_plan_that_is_read_leads_to_what_carries_it_out() -> None:
    document = api_document(bare_api())
    shown = document["paths"]["/posts/{post}/sending"]["get"]["responses"]["200"]
    assert shown["links"]["send_post"] == {
        "operationId": "send_post",
        "parameters": {"post": "$response.body#/post"},
        "requestBody": {"plan": "$response.body#/plan"},
    }
