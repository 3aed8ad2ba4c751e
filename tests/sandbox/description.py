"""The game's own description, where it lies beside the checkout, and answers held against it."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.sandbox.player import Json, Player

DESCRIPTION = Path(__file__).parents[3] / "shared" / "spacetraders-openapi"
REFERENCE = DESCRIPTION / "reference" / "SpaceTraders.json"
METHODS = ("get", "post", "patch", "put", "delete")


@cache
def _retrieve(uri: str) -> Resource[Any]:
    return DRAFT202012.create_resource(json.loads(Path(uri.removeprefix("file://")).read_text()))


REGISTRY: Registry[Any] = Registry(retrieve=_retrieve)  # type: ignore[call-arg]  # its attrs alias is not seen


@cache
def paths() -> Json:
    """Every path of the description."""
    return json.loads(REFERENCE.read_text())["paths"]


def operations() -> Iterator[tuple[str, str]]:
    """Every method and path of the description."""
    return ((method.upper(), path) for path, each in paths().items() for method in each if method in METHODS)


@cache
def validator_of(method: str, path: str, status: int) -> Draft202012Validator | None:
    """What judges an answer; None for an answer without content."""
    responses = paths()[path][method.lower()]["responses"]
    assert str(status) in responses, f"{method} {path} does not document {status}"
    content = responses[str(status)].get("content")
    if content is None:
        return None
    schema = DRAFT202012.create_resource(content["application/json"]["schema"])
    registry = REGISTRY.with_resource(f"file://{REFERENCE}", schema)
    return Draft202012Validator({"$ref": f"file://{REFERENCE}"}, registry=registry)


def hold_against(method: str, path: str, status: int, body: Json) -> None:
    """Validate one answer against the operation's documented response."""
    validator = validator_of(method, path, status)
    problems = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(body)] if validator else []
    assert problems == [], f"{method} {path}"


def check(player: Player, method: str, template: str, body: object = None, **words: str) -> Json:
    """Ask, hold the answer against the description, give its data."""
    answer = player.answer(method, template.format(**words), body)
    content = json.loads(answer.body) if answer.body else {}
    assert answer.status < 400, content
    hold_against(method, template, answer.status, content)
    return content.get("data")
