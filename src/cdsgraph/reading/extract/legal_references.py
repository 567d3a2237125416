"""Legal acts cited in a text: by number, by a short number ("Nghị quyết 57") or by name; one record an act."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import regex

from cdsgraph.reading.document import Document, Span
from cdsgraph.reading.extract.act_context import ActContext
from cdsgraph.reading.extract.act_details import LONGEST_TITLE, DetailReader, Details, DetailsOf
from cdsgraph.reading.extract.act_names import ActName, ActNameReader
from cdsgraph.reading.extract.act_numbers import ActNumber, NumberReader
from cdsgraph.reading.extract.name_patterns import Found
from cdsgraph.reading.extract.names import BODIES
from cdsgraph.reading.facts import LegalReference
from cdsgraph.reading.namewords import NameWords
from cdsgraph.reading.view import View, lookup_key

_LAW_SUFFIX = regex.compile(r"\s*\(.*\)$|\s+(?:năm\s+)?(?:19|20)\d{2}$")
_SHORT_TITLE = regex.compile(r"\D+?(\d{1,4})")
_LOCAL_BODY = regex.compile(r"(?:Ủy ban|Hội đồng) nhân dân ")
_LEADING_DIGITS = regex.compile(r"\d+(?=\D)")


@dataclass(frozen=True, slots=True)
class Citations:
    """The references of a text, the spans they explain, and every programme it names as an act."""

    references: tuple[LegalReference, ...]
    taken: tuple[tuple[Span, str], ...]
    schemes: tuple[ActName, ...]


class LegalReferenceReader:
    """Reads the acts that a text cites; compiled once."""

    def __init__(self, words: NameWords) -> None:
        self._numbers = NumberReader(words)
        self._names = ActNameReader(words)
        self._details = DetailReader(words)
        self._context = ActContext(words)

    def numbers(self, document: Document) -> list[ActNumber]:
        """Only the numbers, for those who must not read names in them."""
        return list(self._numbers.read(document.text))

    def read(self, document: Document, view: View, names: Sequence[Found], numbers: Sequence[ActNumber]) -> Citations:
        """The acts cited, one record each, in order of their first mention."""
        bodies = {n.start: n for n in names if n.type in BODIES}
        details = self._details.within(document, view, bodies)
        numbered = [(number, details.behind(number.span.end)) for number in numbers]
        stated = {number.span: _numbered(document, details, number, tail) for number, tail in numbered}
        raw = self._context.fill(document, view, bodies, [(n, tail.end) for n, tail in numbered], stated)
        taken = [Span(n.span.start, max(n.span.end, tail.end)) for n, tail in numbered]
        titles = sorted(tail.title_span for _, tail in numbered if tail.title_span is not None)
        laws = {number.word_start: number.span for number in numbers if number.type == "law"}
        schemes: list[ActName] = []
        for name in self._names.read(view):
            span = view.span(name.start, name.end)
            if span is None or _overlaps(numbers, span):
                continue
            if name.scheme:
                schemes.append(name)
            if not name.cited or (name.type != "law" and _within(titles, span)):
                continue
            if name.type == "law" and span.start in laws:
                number_span = laws[span.start]
                raw[number_span] = replace(raw[number_span], title=name.title, mentions=(span,))
                continue
            tail = details.behind(span.end) if name.type == "law" or name.short else _nothing(span.end)
            raw[span] = _named(document, details, name, span, tail)
            if name.short and tail.title_span is not None:
                insort(titles, tail.title_span)
            taken.append(Span(span.start, max(span.end, tail.end)))
        return Citations(tuple(_merged(raw.values())), tuple((s, "legal_reference") for s in taken), tuple(schemes))


def _overlaps(numbers: Sequence[ActNumber], span: Span) -> bool:
    """Whether one of the numbers, which are in order, shares a letter with the span."""
    at = bisect_left(numbers, span.end, key=lambda number: number.span.start)
    return at > 0 and numbers[at - 1].span.end > span.start


def _within(titles: Sequence[Span], span: Span) -> bool:
    """Whether a span lies in one of the titles, which are in order and of limited length."""
    for index in range(bisect_right(titles, span.start, key=lambda title: title.start) - 1, -1, -1):
        if span in titles[index]:
            return True
        if titles[index].start + LONGEST_TITLE < span.start:
            break
    return False


def _nothing(end: int) -> Details:
    return Details(None, None, None, None, end)


def _sentence(document: Document, span: Span) -> Span:
    found = document.sentence_at(span.start)
    return span if found is None else Span(min(found.span.start, span.start), max(found.span.end, span.end))


def _numbered(document: Document, details: DetailsOf, number: ActNumber, tail: Details) -> LegalReference:
    signed, issuer = tail.date, tail.issuer
    if signed is None or len(signed) == len("2025") or issuer is None:
        early_date, early_issuer = details.before(number.word_start)
        issuer = issuer or early_issuer
        if early_date is not None and early_date.startswith(signed or ""):
            signed = early_date
    return LegalReference(
        span=number.span,
        sentence=_sentence(document, number.span),
        rule="act/number",
        type=number.type,
        number=number.number,
        date=signed,
        issuer=issuer or number.issuer,
        title=tail.title,
    )


def _named(document: Document, details: DetailsOf, name: ActName, span: Span, tail: Details) -> LegalReference:
    signed, issuer = tail.date or name.year, tail.issuer or name.issuer
    if issuer is None and name.type == "law" and signed:
        issuer = "Quốc hội"
    if issuer is None:
        issuer = details.before(span.start)[1]
    return LegalReference(
        span=span,
        sentence=_sentence(document, span),
        rule="act/short" if name.short else "act/name",
        certainty="high" if name.short or name.type == "law" else "medium",
        type=name.type,
        date=signed,
        issuer=issuer,
        title=name.title,
    )


_Identity = tuple[str, str]


def _identity(reference: LegalReference) -> _Identity:
    if reference.number is not None:
        return reference.type, reference.number.casefold()
    title = lookup_key(reference.title or "")
    return reference.type, _LAW_SUFFIX.sub("", title) if reference.type == "law" else title


def _merged(raw: Iterable[LegalReference]) -> list[LegalReference]:
    """One record an act: further mentions under the first, and what they add."""
    ordered = sorted(raw, key=lambda r: (r.span.start, r.span.end))
    numbered = _Numbered(r for r in ordered if r.number)
    acts: dict[_Identity, list[list[LegalReference]]] = {}
    for reference in ordered:
        same = acts.setdefault(_identity(reference if reference.number else numbered.meant(reference)), [])
        act = next((act for act in same if _one_act(act, reference)), None)
        if act is None:
            same.append([reference])
        else:
            act.append(reference)
    joined = (_joined(act) for same in acts.values() for act in same)
    return sorted(joined, key=lambda r: (r.span.start, r.span.end))


class _Numbered:
    """The acts a text cites by number, found again by a law's name or by type and the digits of the number."""

    def __init__(self, references: Iterable[LegalReference]) -> None:
        self._laws: dict[str, list[LegalReference]] = {}
        self._digits: dict[tuple[str, int], list[LegalReference]] = {}
        for reference in references:
            if reference.type == "law" and reference.title:
                self._laws.setdefault(lookup_key(reference.title), []).append(reference)
            if digits := _LEADING_DIGITS.match(reference.number or ""):
                self._digits.setdefault((reference.type, int(digits[0])), []).append(reference)

    def meant(self, reference: LegalReference) -> LegalReference:
        """The numbered act that a short number or a law's name means, where the text cites just one such; else it."""
        found: list[LegalReference] = []
        if reference.type == "law":
            found = self._laws.get(_identity(reference)[1], [])
        elif match := _SHORT_TITLE.fullmatch(reference.title or ""):
            found = self._digits.get((reference.type, int(match[1])), [])
        return found[0] if len({_identity(r) for r in found}) == 1 else reference


def _one_act(act: Sequence[LegalReference], other: LegalReference) -> bool:
    """Whether a citation may be of the act that others cite: of no other date, nor of another local body."""
    issuers = {each.issuer for each in (*act, other) if each.issuer and each.type != "law"}
    local = sorted(issuer for issuer in issuers if _LOCAL_BODY.match(issuer))
    one_body = all(later.startswith(earlier) for earlier, later in pairwise(local))
    return one_body and _one_date(act[0].date or "", other.date or "")


def _one_date(one: str, other: str) -> bool:
    """Whether two dates may be the same: one is missing, or less precise."""
    return not one or not other or one.startswith(other) or other.startswith(one)


def _joined(citations: Sequence[LegalReference]) -> LegalReference:
    """One record of all citations of an act: the first with a number leads, the rest are mentions and fill its gaps."""
    first = next((r for r in citations if r.number), citations[0])
    spans = {span for r in citations for span in (r.span, *r.mentions)} - {first.span}
    return replace(
        first,
        date=max((r.date for r in citations), key=lambda d: len(d or "")),
        issuer=next((r.issuer for r in (first, *citations) if r.issuer), None),
        title=next((r.title for r in (first, *citations) if r.title), None),
        mentions=tuple(sorted(spans)),
    )
