"""What the document around an act's number tells of it: its own head, a list of acts, the local body that issued it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import regex

from cdsgraph.reading.document import Document, Span
from cdsgraph.reading.extract.act_details import DAY, iso
from cdsgraph.reading.extract.act_numbers import ActNumber
from cdsgraph.reading.extract.name_patterns import Found
from cdsgraph.reading.facts import LegalReference
from cdsgraph.reading.namewords import NameWords
from cdsgraph.reading.view import View, lookup_key

_OWN = regex.compile(r"(?:^|\n|\s{2}|\|)\s*Số\s*:?\s*$")
_HEAD = 700  # code points from the text's beginning in which the document names its number, place, date and issuer
_DATED = regex.compile(rf"\p{{Lu}}[\p{{L}} .]{{2,40}},\s+ngày\s+{DAY}")
_LETTERS = regex.compile(r"^[\d/\-]+")
_PLACE = regex.compile(r"^(?:Ủy ban|Hội đồng) nhân dân (?=(?:tỉnh|thành phố)\b)", regex.I)


class ActContext:
    """Fills in what acts' own words leave open; compiled once."""

    def __init__(self, words: NameWords) -> None:
        kinds = "|".join(sorted((regex.escape(word.word) for word in words.act_words), key=len, reverse=True))
        self._joint = regex.compile(rf"\s*(?:[,;]|và|, và)\s*(?:(?:{kinds})\s*)?(?:số\s*)?", regex.I)
        self._local = words.local_issuers

    def fill(
        self,
        document: Document,
        view: View,
        bodies: Mapping[int, Found],
        numbers: Sequence[tuple[ActNumber, int]],
        read: Mapping[Span, LegalReference],
    ) -> dict[Span, LegalReference]:
        """The references by number, with date and issuer where the document tells them.

        `numbers` are the acts' numbers in order, each with the end of what is stated behind it; `read` what their own
        words tell.
        """
        filled = dict(read)
        own = self._own(document, view, bodies, filled, [number for number, _ in numbers])
        for (number, end), (following, _) in reversed(list(pairwise(numbers))):
            here, beside = filled[number.span], filled[following.span]
            if here.issuer is None and beside.issuer is not None and _same_symbol(here, beside):
                gap = document.text[max(end, number.span.end) : following.span.start]
                if len(gap) < 40 and self._joint.fullmatch(gap):
                    filled[number.span] = replace(here, issuer=beside.issuer)
        for number, _ in numbers:
            reference = filled[number.span]
            if reference.issuer is None and (issuer := self._in_sentence(reference, view, bodies)) is not None:
                filled[number.span] = replace(reference, issuer=issuer)
        local = own if own and _PLACE.match(own) else _only_local(bodies)
        if local is not None:
            for number, _ in numbers:
                reference = filled[number.span]
                if reference.issuer is None and (issuer := self._by_symbol(reference, local)) is not None:
                    filled[number.span] = replace(reference, issuer=issuer)
        return filled

    def _own(
        self,
        document: Document,
        view: View,
        bodies: Mapping[int, Found],
        read: dict[Span, LegalReference],
        numbers: Sequence[ActNumber],
    ) -> str | None:
        """Date and issuer of the document's own number; the issuer is returned."""
        own = next((n for n in numbers if n.span.start < _HEAD and _OWN.search(document.text, 0, n.span.start)), None)
        if own is None:
            return None
        reference = read[own.span]
        if reference.date is None and (dated := _DATED.search(document.text, own.span.end, own.span.end + 160)):
            reference = replace(reference, date=iso(dated))
        if reference.issuer is None:
            before = [start for start in bodies if start < view.at(own.span.start)]
            reference = replace(reference, issuer=bodies[max(before)].name if before else None)
        read[own.span] = reference
        return reference.issuer

    def _by_symbol(self, reference: LegalReference, local: str) -> str | None:
        """Who issues under a symbol in the province or city whose people's committee is `local`."""
        issuer = self._local.get(_symbol(reference))
        if issuer is None:
            return None
        place = _PLACE.sub("", local)
        pattern = issuer.city if lookup_key(place).startswith("thành phố") else issuer.province
        return pattern.replace("{place}", place) or None

    def _in_sentence(self, reference: LegalReference, view: View, bodies: Mapping[int, Found]) -> str | None:
        """The body that may issue under the symbol and is named last before the act in its sentence."""
        issuer = self._local.get(_symbol(reference))
        if issuer is None:
            return None
        first, last = view.at(reference.sentence.start), view.at(reference.span.start)
        near = [start for start in bodies if first <= start < last and bodies[start].name.startswith(issuer.begins)]
        return bodies[max(near)].name if near else None


def _symbol(reference: LegalReference) -> str:
    """The last part of an act's number."""
    parts: list[str] = regex.split(r"[-/]", reference.number or "")
    return parts[-1]


def _same_symbol(one: LegalReference, other: LegalReference) -> bool:
    return _LETTERS.sub("", one.number or "") == _LETTERS.sub("", other.number or "")


def _only_local(bodies: Mapping[int, Found]) -> str | None:
    """The one province's or city's people's committee that the text names with its place."""
    named = {body.name for body in bodies.values() if _PLACE.match(body.name) and len(_PLACE.sub("", body.name)) > 9}
    return named.pop() if len(named) == 1 else None
