"""Pages from templates: the reader's language, addresses of things on this server, and the headers every page has."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pyoxigraph import Literal, NamedNode
from starlette.requests import Request
from starlette.responses import HTMLResponse

from cdsgraph.serving.http.negotiation import choose_language
from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.assets import assets
from cdsgraph.serving.rdf.representations import BY_SUFFIX, entity_tag
from cdsgraph.serving.rdf.terms import terms
from cdsgraph.serving.served import served
from cdsgraph.vocab import CDS, XSD, prefixes

_FOLDER: Final = Path(__file__).parent
_DATES: Final = frozenset(XSD + name for name in ("date", "gYearMonth", "gYear"))
# Nothing from another host, no script or style within a page, no frame; forms and requests go to this server only.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Reader:
    """Who asks for a page: the language, and how things are named and addressed for them."""

    def __init__(self, request: Request) -> None:
        self.request = request
        asked = request.query_params.get("lang")
        self.chose_language = asked in words.LANGUAGES
        self.lang: str = (
            asked
            if asked in words.LANGUAGES and asked is not None
            else choose_language(request.headers.get("accept-language"), words.LANGUAGES)
        )
        self.base: str = served(request).base
        self._prefixes = prefixes(self.base)

    def word(self, key: str, /, **values: object) -> Markup:
        """An interface text."""
        return words.word(key, self.lang, **values)

    def at(self, path: str) -> str:
        """A path of this server as the reader reaches it, below the path of its address if that has one."""
        return served(self.request).settings.prefix + path

    def url(self, path: str) -> str:
        """The same for a page; keeps the language where the reader chose it in the address."""
        path = self.at(path)
        if not self.chose_language:
            return path
        path, sign, fragment = path.partition("#")
        return f"{path}{'&' if '?' in path else '?'}lang={self.lang}{sign}{fragment}"

    def asset(self, name: str) -> str:
        """The address of a file of `static/`, another one for every content of it."""
        return self.at(f"/static/{name}?v={assets()[name].mark}")

    def other_language_url(self) -> str:
        """This page in the other language."""
        other = next(lang for lang in words.LANGUAGES if lang != self.lang)
        kept = [(name, value) for name, value in self.request.query_params.multi_items() if name != "lang"]
        return f"{self.at(quote(self.request.scope['path']))}?{urlencode([*kept, ('lang', other)])}"

    def href(self, iri: str) -> str | None:
        """Where a link to an IRI leads: our things to their page here, web addresses to themselves, others nowhere."""
        if iri.startswith(CDS):
            return self.url(f"/ns#{quote(iri.removeprefix(CDS))}")
        if iri.startswith(self.base):
            return self.url(page_path(iri, self.base))
        return iri if urlsplit(iri).scheme in ("http", "https") else None

    def short(self, iri: str) -> str:
        """An IRI as prefix and name where a prefix fits, else whole."""
        for prefix, namespace in sorted(self._prefixes.items(), key=lambda item: -len(item[1])):
            if iri.startswith(namespace) and len(iri) > len(namespace):
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return iri

    def local_name(self, iri: str) -> str:
        """What the end of an IRI below the base says, for things that have no name."""
        end = iri.rstrip("/").rpartition("#")[2] if "#" in iri else iri.rstrip("/").rpartition("/")[2]
        return unquote(end).replace("-", " ").strip() or self.short(iri)

    def day(self, value: str) -> str:
        """A date as precise as given, as the reader writes it."""
        return words.day(value, self.lang)

    def number(self, value: int) -> str:
        """A count."""
        return words.number(value, self.lang)

    def literal(self, value: Literal) -> str:
        """A literal as a reader writes it."""
        if value.datatype.value == XSD + "boolean":
            return str(self.word("query.yes" if value.value in ("true", "1") else "query.no"))
        if value.datatype.value == XSD + "decimal":
            return words.decimal(value.value, self.lang)
        return words.day(value.value, self.lang) if value.datatype.value in _DATES else value.value

    def term_name(self, iri: str) -> str:
        """The name of a class or property: as the ontology labels it, else as our table does, else in short."""
        term = terms(served(self.request).files.ontology).get(iri)
        if term and (label := term.text("label", self.lang)):
            return label
        key = f"term.{self.short(iri)}"
        return str(self.word(key)) if words.has_word(key) else self.short(iri)

    def headers(self, here: str, *, told: str = "", form: str = "") -> dict[str, str]:
        """The headers of a page at an address: its entity tag, what it depends on, how long it may be kept.

        `told` differs wherever the page does beside the version, `form` names its media type where it has several.
        """
        mark = f"{served(self.request).mark} {told}"
        return {
            "ETag": entity_tag(mark, here, BY_SUFFIX["html"], f"{form} {self.lang}"),
            "Vary": "Accept, Accept-Language",
            "Cache-Control": "public, max-age=300",
        }

    def render(
        self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
    ) -> HTMLResponse:
        """A page."""
        state = served(self.request)
        text = (
            _environment()
            .get_template(template)
            .render(
                reader=self,
                t=self.word,
                url=self.url,
                at=self.at,
                lang=self.lang,
                day=self.day,
                period=lambda value: words.period(value, self.lang),
                number=self.number,
                is_iri=lambda value: isinstance(value, NamedNode),
                version=state.name,
                asset=self.asset,
                **values,
            )
        )
        told = {
            "Content-Security-Policy": CONTENT_SECURITY_POLICY,
            "Content-Language": self.lang,
            "Vary": "Accept, Accept-Language",
            "Cache-Control": "public, max-age=300",
        }
        return HTMLResponse(text, status, headers=told | dict(headers or {}))


def page_path(iri: str, base: str) -> str:
    """The path of the document about a thing below the base; its fragment stays a fragment."""
    path, sign, fragment = iri.removeprefix(base).partition("#")
    return "/doc/" + quote(path, safe="/:@!$&'()*+,;=-._~") + sign + quote(fragment)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
