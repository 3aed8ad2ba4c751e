"""The OpenAPI document of the page's read-only requests, made from the declarations that answer them."""

from collections.abc import Iterator, Mapping
from inspect import getdoc
from typing import Any

import msgspec
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from starfoundry.dashboard.reading.page_queries import QUESTIONS, EntriesQuery, PageQuestion
from starfoundry.dashboard.views.subscription import Asked

VERSION = "3.1.0"

_SCALARS = {
    FieldDescriptor.CPPTYPE_INT32: "integer",
    FieldDescriptor.CPPTYPE_INT64: "integer",
    FieldDescriptor.CPPTYPE_UINT32: "integer",
    FieldDescriptor.CPPTYPE_UINT64: "integer",
    FieldDescriptor.CPPTYPE_DOUBLE: "number",
    FieldDescriptor.CPPTYPE_FLOAT: "number",
    FieldDescriptor.CPPTYPE_BOOL: "boolean",
    FieldDescriptor.CPPTYPE_STRING: "string",
}
_JSON = "_json"
_ERRORS = {
    "400": "a parameter is missing or wrong",
    "403": "the request is not of this machine, user and page",
    "404": "what is asked about does not exist",
    "503": "the daemon is not reached",
}

Schema = dict[str, Any]


def document(version: str) -> Schema:
    """The whole document for this version of the program."""
    paths = {f"/api/{name}": _path(name, question) for name, question in QUESTIONS.items()}
    files = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
    paths |= {f"/api/ledger.{ending}": _file(ending, type_) for ending, type_ in files.items()}
    paths["/api/events"] = {"get": _operation("events", Asked, _EVENTS, {"text/event-stream": {}})}
    schemas = {each.name: message_schema(each) for each in _messages()}
    return {
        "openapi": VERSION,
        "info": {
            "title": "StarFoundry",
            "version": version,
            "description": "What the web page reads. Times are RFC 3339 text in UTC, amounts whole credits.",
        },
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": {**dict(sorted(schemas.items())), "Error": _ERROR}},
    }


def message_schema(message: Descriptor) -> Schema:
    """The JSON schema of a message as the page's server writes it: every field, missing ones as null."""
    properties = {each.name.removesuffix(_JSON): _field(each) for each in message.fields}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _messages() -> Iterator[Descriptor]:
    """Every message that an answer holds, each once."""
    waiting = [question.answer.DESCRIPTOR for question in QUESTIONS.values() if question.answer is not None]
    seen: set[str] = set()
    while waiting:
        message = waiting.pop()
        if message.name in seen:
            continue
        seen.add(message.name)
        if not message.GetOptions().map_entry:
            yield message
        waiting += [each.message_type for each in message.fields if each.message_type is not None]


def _field(field: FieldDescriptor) -> Schema:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        value = field.message_type.fields_by_name["value"]
        return {"type": "object", "additionalProperties": {} if field.name.endswith(_JSON) else _one(value)}
    if field.name.endswith(_JSON):
        return {"description": "any JSON"}
    if field.is_repeated:
        return {"type": "array", "items": _one(field)}
    return {"anyOf": [_one(field), {"type": "null"}]} if field.has_presence else _one(field)


def _one(field: FieldDescriptor) -> Schema:
    if field.message_type is not None:
        return {"$ref": f"#/components/schemas/{field.message_type.name}"}
    return {"type": _SCALARS[field.cpp_type]}


def _path(name: str, question: PageQuestion) -> Schema:
    content = {"application/json": {"schema": _answer(question)}}
    return {"get": _operation(name, question.query, getdoc(question.ask) or "", content)}


def _answer(question: PageQuestion) -> Schema:
    if question.answer is None:
        return {"type": "object"}
    message = question.answer.DESCRIPTOR
    if not question.only:
        return {"$ref": f"#/components/schemas/{message.name}"}
    whole = message_schema(message)
    kept = {name: whole["properties"][name] for name in question.only}
    return whole | {"properties": kept, "required": list(kept)}


def _file(ending: str, type_: str) -> Schema:
    content = {type_: {"schema": {"type": "string", "contentMediaType": type_}}}
    return {"get": _operation(f"ledger_{ending}", EntriesQuery, "Every matching ledger entry as a file.", content)}


def _operation(name: str, query: type[Any], summary: str, content: Mapping[str, Any]) -> Schema:
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {
        "operationId": name,
        "summary": summary,
        "description": getdoc(query) or "",
        "parameters": _parameters(query),
        "responses": {
            "200": {"description": "the answer", "content": dict(content)},
            **{status: {"description": says, "content": error} for status, says in _ERRORS.items()},
        },
    }


def _parameters(query: type[Any]) -> list[Schema]:
    _references, definitions = msgspec.json.schema_components([query])
    declared = definitions[query.__name__]
    return [
        {"name": name, "in": "query", "required": name in declared.get("required", ()), "schema": schema}
        for name, schema in declared["properties"].items()
    ]


_EVENTS = "The parts of a view as server-sent events: each when it has changed, until the connection is closed."

_ERROR: Schema = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
            "required": ["code", "message"],
        }
    },
    "required": ["error"],
}
