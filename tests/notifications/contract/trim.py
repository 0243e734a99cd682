# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cuts Twilio's public OpenAPI description down to the three operations on messages that Ponte uses.

`python -m tests.notifications.contract.trim --description twilio_api_v2010.json` writes twilio_messages.json beside
this file. Kept: paths, parameters, forms, answers, their schemas and one example each; left out: prose and the rest.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TRIMMED = HERE / "twilio_messages.json"
MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
MESSAGE = "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json"
USED = {MESSAGES: ("post", "get"), MESSAGE: ("get",)}
PROSE = ("description", "summary", "tags", "x-twilio", "headers")
REFERENCE = "#/components/schemas/"


def trim(whole: dict[str, Any]) -> dict[str, Any]:
    """The description of what Ponte uses, with where it comes from and its licence."""
    paths = {path: {verb: _bare(whole["paths"][path][verb]) for verb in verbs} for path, verbs in USED.items()}
    schemas: dict[str, Any] = {}
    _collect(paths, whole["components"]["schemas"], schemas)
    return {
        "openapi": whole["openapi"],
        "info": {key: whole["info"][key] for key in ("title", "version", "license")}
        | {"x-source": "twilio/twilio-oai, spec/json/twilio_api_v2010.json; cut by trim.py to what Ponte uses"},
        "servers": whole["servers"],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": whole["components"]["securitySchemes"],
        },
    }


def _bare(node: Any) -> Any:
    """Without prose, and with the first of several examples; a field that is called `description` stays."""
    if isinstance(node, list):
        return [_bare(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept: dict[str, Any] = {}
    for key, value in node.items():
        if key == "properties":
            kept[key] = {name: _bare(schema) for name, schema in value.items()}
        elif key == "examples" and isinstance(value, dict):
            kept[key] = dict(list(value.items())[:1])
        elif key not in PROSE:
            kept[key] = _bare(value)
    return kept


def _collect(node: Any, schemas: dict[str, Any], into: dict[str, Any]) -> None:
    """Every schema that is referred to, and those it refers to."""
    if isinstance(node, list):
        for item in node:
            _collect(item, schemas, into)
    elif isinstance(node, dict):
        for key, value in node.items():
            name = value.removeprefix(REFERENCE) if key == "$ref" else None
            if name is not None and name not in into:
                into[name] = _bare(schemas[name])
                _collect(into[name], schemas, into)
            _collect(value, schemas, into)


def main() -> None:
    """Write the trimmed description from the whole one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--description", type=Path, required=True, help="Twilio's twilio_api_v2010.json")
    parser.add_argument("--to", type=Path, default=TRIMMED)
    options = parser.parse_args()
    whole = json.loads(options.description.read_text(encoding="utf-8"))
    options.to.write_text(json.dumps(trim(whole), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
