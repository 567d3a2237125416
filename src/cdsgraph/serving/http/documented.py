"""What the OpenAPI document says of answers: media types, and the refusals that any route can give."""

from typing import Any, Final

Answers = dict[int | str, dict[str, Any]]

PAGE: Final = "text/html"
JSON: Final = "application/json"
PROBLEM_JSON: Final = "application/problem+json"

_TEXT: Final = {"type": "string"}
_PROBLEM: Final = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT | {"description": "In Vietnamese and English."},
        "status": {"type": "integer"},
        "detail": _TEXT,
        "line": {"type": "integer", "description": "Line of the query, from 1."},
        "column": {"type": "integer", "description": "Column in that line, from 1."},
        "remedy": _TEXT | {"description": "What to do about it."},
    },
}


def answer(told: str, *media_types: str) -> dict[str, Any]:
    """A response object: what it is, and the media types it may have."""
    written = {m: {"schema": {} if m.endswith("json") else _TEXT} for m in media_types}
    return {"description": told, "content": written} if written else {"description": told}


def refusal(told: str) -> dict[str, Any]:
    """The response object of a failure: problem+json (RFC 9457), or a page where the client prefers HTML."""
    return {"description": told, "content": {PROBLEM_JSON: {"schema": _PROBLEM}, PAGE: {"schema": _TEXT}}}


# With every route.
REFUSALS: Final[Answers] = {
    400: refusal("A parameter, a header or the query is not as it must be."),
    406: refusal("No accepted format can carry the answer."),
    422: refusal("The answer is larger than this server gives."),
    429: refusal("This client asks too often (Retry-After)."),
    503: refusal("Stopped at the time limit, or the server is busy (Retry-After)."),
}
NOT_FOUND: Final[Answers] = {404: refusal("There is nothing of that name.")}
UNCHANGED: Final[Answers] = {
    304: answer("The client has it already (If-None-Match)."),
    412: refusal("It is no longer what the client wants (If-Match)."),
}
