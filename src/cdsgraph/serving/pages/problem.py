"""A failure told to a person."""

from starlette.requests import Request
from starlette.responses import Response

from cdsgraph.serving.pages.rendering import Reader


def problem_page(request: Request, status: int, title: str, detail: str) -> Response:
    """The page of a failure."""
    reader = Reader(request)
    return reader.render(
        "problem.html",
        status=status,
        headers={"Cache-Control": "no-store"},
        code=status,
        title=title,
        detail=detail,
    )
