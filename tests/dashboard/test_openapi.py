"""The OpenAPI document: it is valid, and what the page's server answers is what it says."""

import jsonschema
import pytest

from starfoundry.dashboard.reading import openapi
from starfoundry.dashboard.reading.page_queries import QUESTIONS

DOCUMENT = openapi.document("1.2.3")


def test_it_is_valid_openapi():
    validator = pytest.importorskip("openapi_spec_validator")

    validator.validate(DOCUMENT)


def test_every_question_and_file_has_a_path():
    others = {"/api/ledger.csv", "/api/ledger.parquet", "/api/events"}

    assert set(DOCUMENT["paths"]) == {f"/api/{name}" for name in QUESTIONS} | others
    assert all(path["get"]["summary"] for path in DOCUMENT["paths"].values())


def test_parameters_say_what_is_required_and_what_is_allowed():
    parameters = {each["name"]: each for each in DOCUMENT["paths"]["/api/activity"]["get"]["parameters"]}

    assert parameters["player_id"]["required"] is True
    assert (parameters["hours"]["required"], parameters["hours"]["schema"]["maximum"]) == (False, 168)


def test_every_reference_leads_somewhere():
    def references(node):
        if isinstance(node, dict):
            yield from ([node["$ref"]] if "$ref" in node else [])
            node = list(node.values())
        if isinstance(node, list):
            for each in node:
                yield from references(each)

    named = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    assert set(references(DOCUMENT)) <= named


@pytest.fixture(scope="module")
def queries(served):
    """A query for each question."""
    of_player = "player_id=1"
    of_container = f"{of_player}&container_id={served.container_id}"
    return dict.fromkeys(QUESTIONS, of_player) | {
        "history": of_container,
        "effect": f"{of_container}&revision=2",
        "prices": f"{of_player}&good=FUEL",
        "sums": f"{of_player}&by=kind",
        "view": "view=fleet",
    }


@pytest.mark.processes
@pytest.mark.parametrize("name", QUESTIONS)
def test_an_answer_is_as_the_document_says(served, queries, name):
    visitor = served.visitor()
    told = visitor.get("/api/openapi.json").json
    schema = told["paths"][f"/api/{name}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    answer = visitor.get(f"/api/{name}?{queries[name]}")

    assert answer.status == 200
    jsonschema.validate(answer.json, schema | {"components": told["components"]})


@pytest.mark.processes
def test_a_wrong_parameter_is_answered_as_the_document_says(served):
    answer = served.visitor().get("/api/effect?player_id=1&container_id=c&revision=newest")

    assert answer.status == 400
    jsonschema.validate(answer.json, DOCUMENT["components"]["schemas"]["Error"])
    assert "revision" in answer.json["error"]["message"]
