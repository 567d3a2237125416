"""Things by name: diacritics and case do not matter, the closest names come first."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from fastapi import APIRouter
from pyoxigraph import Literal
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cdsgraph.errors import FormatError
from cdsgraph.serving.engine.engine import Engine
from cdsgraph.serving.http.documented import JSON, PAGE, answer
from cdsgraph.serving.http.negotiation import choose
from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.rendering import Reader, page_path
from cdsgraph.serving.rdf.descriptions import PREF_LABEL, Description, names
from cdsgraph.serving.served import served
from cdsgraph.text import fold, nfc
from cdsgraph.vocab import CDS, SKOS

router = APIRouter(tags=["Pages"])

LONGEST: Final = 200  # characters of a search that are looked at
_FOUND: Final = 60
# Records are named after the things that people look for, and would stand before them.
_RECORDS: Final = " ".join(f"<{CDS}{name}>" for name in ("EvidenceSpan", "Mention", "RegisterEntry", "UnreadNumber"))


@dataclass(frozen=True, slots=True)
class Found:
    """A thing found: its IRI, its name, what it is, where its page is."""

    iri: str
    label: str
    kind: str
    href: str

    def record(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


@router.get(
    "/search",
    summary="Things by name",
    response_class=Response,
    responses={200: answer("What was found.", PAGE, JSON)},
)
async def search(request: Request, q: str = "") -> Response:
    """Things whose name holds the words of `q`, diacritics and case aside: a page, or JSON."""
    reader = Reader(request)
    chosen = choose(request.headers.get("accept"), ("text/html", "application/json"))
    if chosen is None:
        raise FormatError("no accepted format", remedy="accept text/html or application/json")
    asked = q[:LONGEST].strip()
    found = await find(served(request).engine, asked, reader) if asked else []
    headers = {"Vary": "Accept, Accept-Language", "Cache-Control": "public, max-age=300"}
    if chosen == "application/json":
        return JSONResponse({"query": asked, "results": [each.record() for each in found]}, headers=headers)
    return reader.render("search.html", headers=headers, asked=asked, found=found)


async def find(engine: Engine, asked: str, reader: Reader) -> list[Found]:
    """The things whose sort key holds the folded words, or whose names or number hold them as written."""
    folded, written = fold(asked), nfc(asked).lower()
    if not folded:
        return []
    key, plain = Literal(folded), Literal(written)
    rows = await engine.select(
        f"SELECT ?thing (MIN(?length) AS ?closeness) WHERE {{ "
        f"{{ ?thing <{CDS}sortKey> ?name . FILTER(CONTAINS(?name, {key})) }} UNION "
        f"{{ ?thing <{PREF_LABEL}>|<{SKOS}altLabel>|<{CDS}number> ?name . "
        f"FILTER(CONTAINS(LCASE(STR(?name)), {plain})) }} "
        f"BIND(STRLEN(STR(?name)) AS ?length) FILTER(isIRI(?thing)) "
        f"FILTER NOT EXISTS {{ VALUES ?record {{ {_RECORDS} }} ?thing a ?record }} "
        f"FILTER NOT EXISTS {{ ?thing <{CDS}byRule> ?rule }} }} "
        f"GROUP BY ?thing ORDER BY ?closeness ?thing LIMIT {_FOUND}"
    )
    iris = [row["thing"]["value"] for row in rows if "thing" in row]
    told = Description("", tuple(await names(engine, iris)))
    return [
        Found(iri, told.label(iri, reader.lang) or reader.short(iri), _kind(iri, reader), _page(iri, reader))
        for iri in iris
    ]


def _kind(iri: str, reader: Reader) -> str:
    area, _, rest = iri.removeprefix(reader.base).partition("/")
    key = f"type.{rest.partition('/')[0]}" if area == "id" else f"type.{area}"
    return str(reader.word(key)) if words.has_word(key) else ""


def _page(iri: str, reader: Reader) -> str:
    return reader.url(page_path(iri, reader.base)) if iri.startswith(reader.base) else iri
