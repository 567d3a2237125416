"""`POST /validate`: RDF in, a report out, by the same shapes as `cdsgraph validate`."""

from typing import Final, cast

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph.choices import SEVERITIES
from cdsgraph.errors import FormatError
from cdsgraph.serving.engine.messages import CheckRequest
from cdsgraph.serving.http.bodies import content_type, while_connected, whole_body
from cdsgraph.serving.http.documented import PAGE, PROBLEM_JSON, answer, refusal
from cdsgraph.serving.http.negotiation import choose, choose_language
from cdsgraph.serving.served import served
from cdsgraph.text import Language

router = APIRouter(tags=["Validation"])

ENDINGS: Final = {
    "text/turtle": ".ttl",
    "application/n-triples": ".nt",
    "application/n-quads": ".nq",
    "application/trig": ".trig",
    "application/ld+json": ".jsonld",
    "application/rdf+xml": ".rdf",
}
FORMS: Final = {  # the first is what is written where a client takes anything
    "json": "application/json",
    "turtle": "text/turtle",
    "sarif": "application/sarif+json",
    "text": "text/plain",
    "junit": "application/xml",
    "github": "text/plain",
}
NOTE: Final = "Cdsgraph-Note"
_LANGUAGES: Final = ("vi", "en")
_PARAMETERS: Final = {
    "format": (tuple(FORMS), "How the report is written; goes before Accept."),
    "lang": (_LANGUAGES, "Language of the messages; goes before Accept-Language."),
    "fail-on": (SEVERITIES, "Answer 422 where a finding is as grave as this. Without it every report is a 200."),
}


@router.post(
    "/validate",
    summary="Check RDF against the shapes",
    response_class=Response,
    responses={
        200: answer("The report.", *FORMS.values()),
        400: refusal("Not RDF (line and column are told), no triples, or too deeply nested."),
        413: refusal("The body is too large."),
        415: refusal("The body is in no format of RDF that is read (Accept-Post tells which are)."),
        422: answer(
            "The report, where `fail-on` is given and a finding is as grave.", *FORMS.values(), PROBLEM_JSON, PAGE
        ),
    },
    openapi_extra={
        "parameters": [
            {"name": name, "in": "query", "description": told, "required": False, "schema": {"enum": list(values)}}
            for name, (values, told) in _PARAMETERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {media_type: {"schema": {"type": "string"}} for media_type in ENDINGS},
        },
    },
)
async def validate(request: Request) -> Response:
    """Nothing that is sent is kept, fetched or run; named graphs are united; the header Cdsgraph-Note repeats notes."""
    media_type, charset = content_type(request)
    if media_type not in ENDINGS or "content-encoding" in request.headers:
        offered = ", ".join(ENDINGS)
        raise HTTPException(415, f"Send RDF as one of {offered}, not compressed.", {"Accept-Post": offered})
    if charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise HTTPException(400, "The data must be in UTF-8.")
    form, fail_on = _form(request), _given(request, "fail-on")
    language = _given(request, "lang") or choose_language(request.headers.get("accept-language"), _LANGUAGES)
    here = served(request)
    asked = CheckRequest(
        content=await whole_body(request, here.settings.check_limit),
        ending=ENDINGS[media_type],
        base_iri=f"{here.settings.address}/validate",
        form=form,
        language=cast(Language, language),
        fail_on=fail_on or "violation",
    )
    checked = await while_connected(request, here.checkers.check(asked))
    report = Response(
        checked.body, 422 if fail_on and not checked.passes else 200, media_type=FORMS[form], headers={
            "Cache-Control": "no-store", "Content-Language": language, "Vary": "Accept, Accept-Language",
        },
    )  # fmt: skip
    for note in checked.notes:
        report.headers.append(NOTE, _as_header(note))
    return report


@router.get("/validate", include_in_schema=False)
async def validate_nothing() -> Response:
    """There is nothing to get here; without this route the address would count as unknown."""
    raise HTTPException(405, "Send the data with POST; /docs tells how.")


def _form(request: Request) -> str:
    form = _given(request, "format")
    if form:
        return form
    chosen = choose(request.headers.get("accept"), tuple(dict.fromkeys(FORMS.values())))
    if chosen is None:
        raise FormatError("no accepted format can carry a report", remedy=f"accept {', '.join(FORMS.values())}")
    return next(form for form, media_type in FORMS.items() if media_type == chosen)


def _given(request: Request, name: str) -> str | None:
    values, _ = _PARAMETERS[name]
    value = request.query_params.get(name)
    if value is not None and value not in values:
        raise HTTPException(400, f"{name} is one of {', '.join(values)}, not {value[:40]!r}.")
    return value


def _as_header(note: str) -> str:
    return " ".join(note.split()).encode("ascii", "backslashreplace").decode()
