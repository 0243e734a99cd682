# SPDX-License-Identifier: AGPL-3.0-or-later
"""The API explained on a page of our own, made from the OpenAPI description: no script, nothing loaded from elsewhere."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from dispatch.web.templating import render
from dispatch.web.views.docs import DocsPage, Operation, Part

router = APIRouter(include_in_schema=False)
METHODS = ("get", "post", "patch", "put", "delete")


@router.get("/api/v1/docs")
def docs(request: Request) -> Response:
    """Every operation with its parameters, body and answers."""
    return render(request, "docs.html", page=docs_page(request.app.openapi()))


def docs_page(description: Mapping[str, Any]) -> DocsPage:
    """The description as the page shows it, operations in the order of the paths."""
    schemas = description.get("components", {}).get("schemas", {})
    operations = tuple(
        _operation(method, path, item[method], schemas)
        for path, item in description["paths"].items()
        for method in METHODS
        if method in item
    )
    return DocsPage(description["info"]["title"], description["info"]["description"], operations)


def _operation(method: str, path: str, told: Mapping[str, Any], schemas: Mapping[str, Any]) -> Operation:
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return Operation(
        method.upper(),
        path,
        told.get("summary", ""),
        told.get("description", ""),
        tuple(_parameter(one) for one in told.get("parameters", ())),
        tuple(_fields(body, schemas)),
        tuple((status, answer.get("description", "")) for status, answer in told["responses"].items()),
    )


def _parameter(told: Mapping[str, Any]) -> Part:
    return Part(
        told["name"], f"{_type(told['schema'])}, {told['in']}", told.get("required", False), told.get("description", "")
    )


def _fields(schema: Mapping[str, Any], schemas: Mapping[str, Any], before: str = "") -> Iterator[Part]:
    """The fields of a body, those of inner objects after them with their path."""
    whole = _resolved(schema, schemas)
    for name, told in whole.get("properties", {}).items():
        yield Part(before + name, _type(told), name in whole.get("required", ()), told.get("description", ""))
        inner = told.get("items", told)
        is_list = ".0" if "items" in told else ""
        yield from _fields(inner, schemas, f"{before}{name}{is_list}.")


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    for one in (schema, *schema.get("anyOf", ())):
        if "$ref" in one:
            found: Mapping[str, Any] = schemas[one["$ref"].rpartition("/")[2]]
            return found
    return schema


def _type(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return "object"
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return str(schema.get("type", "any"))
