"""Failures as answers: `application/problem+json` (RFC 9457), or a page for a browser."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph import errors
from cdsgraph.serving.http.documented import PROBLEM_JSON
from cdsgraph.serving.http.negotiation import HTML, choose
from cdsgraph.serving.http.refusals import Refusal
from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.problem import problem_page
from cdsgraph.serving.pages.rendering import Reader

RETRY_AFTER: Final = "5"  # seconds

# A class not named here has the status of its nearest ancestor that is.
STATUS: Final[dict[type[errors.CdsgraphError], int]] = {
    errors.CdsgraphError: 500,
    errors.QueryError: 400,
    errors.QueryTimeoutError: 503,
    errors.CheckTimeoutError: 503,
    errors.RdfError: 400,
    errors.FormatError: 406,
    errors.TooLargeError: 422,
    errors.BusyError: 503,
    errors.DatasetError: 503,
    errors.EndpointError: 502,
    errors.EndpointTimeoutError: 504,
}


def status_of(error: errors.CdsgraphError) -> int:
    """The HTTP status that tells this error."""
    return next(STATUS[ancestor] for ancestor in type(error).__mro__ if ancestor in STATUS)


def problem_of(request: Request, error: errors.CdsgraphError) -> Response:
    """The answer that tells this error; paths of this machine are left out."""
    return problem(
        request,
        status_of(error),
        error.message,
        kinds=[ancestor.__name__ for ancestor in type(error).__mro__],
        line=error.line,
        column=error.column,
        remedy=error.remedy,
        headers={"Retry-After": RETRY_AFTER} if isinstance(error, errors.BusyError) else {},
    )


def title_of(error: errors.CdsgraphError, lang: str) -> str:
    """What went wrong, in a few words of a language."""
    return _title([*(ancestor.__name__ for ancestor in type(error).__mro__), "other"])[lang]


def methods_of(path: str) -> str:
    """The methods that this path takes, as the Allow header lists them."""
    posted = {"/sparql": "GET, HEAD, POST, OPTIONS", "/validate": "POST, OPTIONS"}
    return posted.get(path, "GET, HEAD, OPTIONS")


def problem_of_http(request: Request, error: HTTPException) -> Response:
    """The answer that tells a refusal."""
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = methods_of(request.scope["path"])
    return problem(request, error.status_code, _said(error), headers=headers)


def _said(error: HTTPException) -> str | Mapping[str, str]:
    """What a refusal says: in each language where there are words for it, else in English."""
    if isinstance(error, Refusal):
        return said(error.detail, **error.values)
    key = f"error.said.{error.status_code}"
    if error.detail == HTTPStatus(error.status_code).phrase and words.has_word(key):
        return said(key)
    return error.detail


def said(key: str, **values: str | int) -> dict[str, str]:
    """What the words of a key say in each language."""
    return {lang: words.plain(key, lang, **values) for lang in words.LANGUAGES}


def problem(
    request: Request,
    status: int,
    detail: str | Mapping[str, str],
    *,
    kinds: list[str] | None = None,
    line: int | None = None,
    column: int | None = None,
    remedy: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer that tells what went wrong: a page where the client prefers HTML, else problem+json.

    `detail` is in English, or in each language by its code: problem+json tells it in English, a page in the reader's.
    The title is that of the first of `kinds` (names of error classes) that has one, else that of the status.
    """
    title = _title([*(kinds or []), str(status), "other"])
    offers = (PROBLEM_JSON, "application/json", HTML)
    if choose(request.headers.get("accept"), offers) == HTML:
        lang = Reader(request).lang
        place = f"{words.word('error.place', lang, line=line, column=column)}:" if line is not None else ""
        if isinstance(detail, str):
            said = f"{detail}." if remedy and not detail.endswith((".", "!", "?")) else detail
            english, own = " ".join(part for part in (said, remedy) if part), ""
        else:
            english, own = "", detail[lang]
        answer = problem_page(request, status, title[lang], place=place, own=own, english=english)
    else:
        told: dict[str, Any] = {
            "type": "about:blank",
            "title": " · ".join(title.values()),
            "status": status,
            "detail": detail if isinstance(detail, str) else detail["en"],
        }
        optional = {"line": line, "column": column, "remedy": remedy}
        told |= {name: value for name, value in optional.items() if value is not None}
        answer = Response(orjson.dumps(told), status, media_type=PROBLEM_JSON)
        answer.headers["Cache-Control"] = "no-store"
    answer.headers["Vary"] = "Accept, Accept-Language"
    answer.headers.update(headers or {})
    return answer


def _title(kinds: list[str]) -> dict[str, str]:
    """The title in each language."""
    return next(words.table()[f"error.{kind}"] for kind in kinds if words.has_word(f"error.{kind}"))
