"""`docs/reference/http.md`: every path of the service, as its OpenAPI document tells."""

from collections.abc import Mapping
from typing import Any, Final

from cdsgraph.serving.http.documented import REFUSALS

_HEAD: Final = """# HTTP

<!-- Made by `python -m documenting`; do not edit. -->

The service describes itself at `/openapi.json`, and as a page at `/docs`. Every failure is
`application/problem+json`, or a page for a browser. [Linked data](../linked-data.md) and [SPARQL](../sparql.md) tell
more.

Any path may answer with these:

| status | meaning |
| --- | --- |
"""
_REFUSED: Final = {str(status): told["description"] for status, told in REFUSALS.items()}


def page(described: Mapping[str, Any]) -> str:
    """The page of the paths of an OpenAPI document, by tag."""
    by_tag: dict[str, list[str]] = {}
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            by_tag.setdefault(operation.get("tags", ["Operations"])[0], []).extend(_operation(method, path, operation))
    lines = [_HEAD + "\n".join(f"| {status} | {told['description']} |" for status, told in REFUSALS.items()), ""]
    for tag in sorted(by_tag):
        lines += [f"## {tag}", "", *by_tag[tag]]
    return "\n".join(lines).rstrip() + "\n"


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> list[str]:
    lines = [f"### {method.upper()} `{path}`", "", _told(operation), ""]
    if parameters := operation.get("parameters"):
        lines += ["| parameter | in | takes | meaning |", "| --- | --- | --- | --- |"]
        lines += [
            f"| `{each['name']}`{' (needed)' if each.get('required') else ''} | {each['in']} | {_takes(each)} "
            f"| {_cell(each.get('description', ''))} |"
            for each in parameters
        ]
        lines.append("")
    if sent := operation.get("requestBody", {}).get("content"):
        lines += [f"Takes {', '.join(f'`{media_type}`' for media_type in sent)}.", ""]
    lines += ["| status | meaning | as |", "| --- | --- | --- |"]
    for status, answer in sorted(operation["responses"].items()):
        if answer.get("description") == _REFUSED.get(status):
            continue
        media_types = ", ".join(f"`{media_type}`" for media_type in answer.get("content", {}))
        lines.append(f"| {status} | {_cell(answer.get('description', ''))} | {media_types} |")
    return [*lines, ""]


def _told(operation: Mapping[str, Any]) -> str:
    summary = operation.get("summary", "").rstrip(".")
    told = " ".join(operation.get("description", "").split())
    end = "" if summary.endswith("?") else "."
    return f"{summary}{end} {told}".strip()


def _takes(parameter: Mapping[str, Any]) -> str:
    schema = parameter.get("schema", {})
    if values := schema.get("enum"):
        return ", ".join(f"`{value}`" for value in values)
    kinds = [kind for each in (schema, *schema.get("anyOf", ())) if (kind := each.get("type")) and kind != "null"]
    default = schema.get("default")
    return ", ".join(kinds) + (f" (`{default}`)" if default not in (None, "") else "")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
