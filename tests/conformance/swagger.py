"""Reads the official specifications: the folder that TMF_SPECS names holds `v4/TMF620.json` and `samples/…`."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

FOLDER = os.environ.get("TMF_SPECS", "")

needs_specifications = pytest.mark.skipif(
    not FOLDER, reason="TMF_SPECS is not set: it names the folder of the official specifications"
)


def specification(number: int) -> dict[str, Any]:
    """Return the official v4 swagger of an API."""
    return json.loads((Path(FOLDER) / "v4" / f"TMF{number}.json").read_text())


def samples(folder: str) -> list[Path]:
    """Return the official sample files of a folder."""
    return sorted((Path(FOLDER) / "samples" / folder).glob("*.json")) if FOLDER else []


def numbers() -> list[int]:
    """Return the numbers of the specifications that are there."""
    return sorted(int(path.stem[3:]) for path in (Path(FOLDER) / "v4").glob("TMF*.json")) if FOLDER else []


KINDS = {"string": str, "integer": int, "number": int | float, "boolean": bool, "array": list, "object": dict}
"""Examples of other kinds than their attribute are left aside; there are some in TMF656."""


def full_document(definitions: dict[str, Any], name: str) -> Any:
    """Return a document with every attribute of a definition, nested ones too, and the official example values."""
    return _value(definitions, {"$ref": f"#/definitions/{name}"}, name, ())


def _value(definitions: dict[str, Any], schema: dict[str, Any], name: str, above: tuple[str, ...]) -> Any:
    if "example" in schema and isinstance(schema["example"], KINDS.get(schema.get("type", ""), object)):
        return schema["example"]
    if "enum" in schema:
        return schema["enum"][0]
    if reference := schema.get("$ref"):
        target = reference.rsplit("/", 1)[-1]
        # The document of TMF685 refers to definitions that it does not have.
        definition = definitions.get(target, {"type": "string" if name.startswith("@") else "object"})
        if target in above:
            demanded = {each: definition["properties"][each] for each in definition.get("required", ())}
            return {"id": "1"} | {each: _value(definitions, inner, each, above) for each, inner in demanded.items()}
        return _value(definitions, definition, name, (*above, target))
    match schema.get("type"):
        case "array":
            return [_value(definitions, schema["items"], name, above)]
        case "object":
            properties = schema.get("properties", {})
            return {each: _value(definitions, properties[each], each, above) for each in properties}
        case "boolean":
            return True
        case "integer":
            return "7" if name == "id" else 7  # ids are text, whatever a swagger says (TMF642)
        case "number":
            return 7.25
        case "string":
            return "2026-01-31T12:00:00.5Z" if schema.get("format") == "date-time" else f"a {name}"
    return {"any": ["thing", 1, None]}
