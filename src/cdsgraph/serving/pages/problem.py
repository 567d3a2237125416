"""A failure told to a person."""

from starlette.requests import Request
from starlette.responses import Response

from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.rendering import Reader


def problem_page(
    request: Request, status: int, title: str, *, place: str = "", own: str = "", english: str = ""
) -> Response:
    """The page of a failure: what to do, what is wrong in the reader's `own` language, what is told in English."""
    reader = Reader(request)
    key = f"error.help.{status}"
    return reader.render(
        "problem.html",
        status=status,
        headers={"Cache-Control": "no-store"},
        code=status,
        title=title,
        help=reader.word(key if words.has_word(key) else "error.help.other"),
        place=place,
        own=own,
        english=english,
    )
