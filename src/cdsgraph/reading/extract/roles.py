"""Persons named with an office: "Bộ trưởng Bộ Tài chính Nguyễn Văn An", "ông Trần Văn Bình, Giám đốc Sở Y tế"."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

import regex

from cdsgraph.reading.document import Document, Span
from cdsgraph.reading.extract.name_patterns import Found
from cdsgraph.reading.extract.names import BODIES
from cdsgraph.reading.extract.persons import TitleSeen
from cdsgraph.reading.facts import Role
from cdsgraph.reading.namewords import NameWords
from cdsgraph.reading.view import View

_start = attrgetter("start")
_EMPLOYERS = BODIES | {"data_centre", "other"}
_LABEL = regex.compile(r"\s*:?\s*")


@dataclass(frozen=True, slots=True)
class _Office:
    """A title in the view with the body behind it."""

    start: int
    end: int
    title: str
    body: str | None
    honorific: bool


class RoleReader:
    """Reads who holds which office; compiled once."""

    def __init__(self, words: NameWords) -> None:
        between, after = ("|".join(map(regex.escape, words.office_words[place])) for place in ("between", "after"))
        self._gap = regex.compile(rf"\s*[-–,]\s*(?:(?:{between})\s+)?|\s+(?:{between})\s+")
        self._after = regex.compile(rf"(?:\s*[,(]\s*|\s+[-–]\s+|,?\s+(?:{after})\s+)$")
        self._links = tuple(f"{word} " for word in words.office_words["body"])

    def read(
        self,
        document: Document,
        view: View,
        names: Sequence[Found],
        persons: Sequence[tuple[int, int]],
        titles: Sequence[TitleSeen],
    ) -> tuple[Role, ...]:
        """The roles of a text, one record a person, title and body, in order of their spans."""
        bodies = {name.start: name for name in names if name.type in _EMPLOYERS}
        offices = _offices(view, titles, bodies, self._links)
        found: list[Role] = []
        for start, end in persons:
            for office in _before(view, offices, start, self._gap):
                found += _role(document, view, office, start, end, min(office.start, start), end)
            for office in _behind(view, offices, end, self._after):
                found += _role(document, view, office, start, end, start, office.end)
        return tuple(_merged(found))


def prime_minister(roles: Sequence[Role]) -> str | None:
    """The person the text names as prime minister, if it names one."""
    named = {role.person for role in roles if role.organisation == "Chính phủ" and role.title.startswith("Thủ tướng")}
    return named.pop() if len(named) == 1 else None


def _offices(view: View, titles: Sequence[TitleSeen], bodies: dict[int, Found], links: Sequence[str]) -> list[_Office]:
    found = []
    for seen in titles:
        title, end, body = seen.title.words, seen.end, seen.title.body
        if body is not None:
            title = regex.sub(r" Chính phủ$", "", title) if body == "Chính phủ" else title
        if seen.title.takes_body and (employer := _employer(view, seen, bodies, links)) is not None:
            title, body, end = view.text[seen.start : min(end, employer.start)].rstrip(), employer.name, employer.end
            # "Trưởng Ban" + "Ban Chỉ đạo …" share a word, which stays in both.
            title = seen.title.words if employer.start < seen.end else title
        found.append(
            _Office(seen.start, end, title if title[:1].isupper() else seen.title.words, body, seen.title.honorific)
        )
    return found


def _employer(view: View, seen: TitleSeen, bodies: dict[int, Found], links: Sequence[str]) -> Found | None:
    """The body behind a title, or begun by the title's last word: "Trưởng Ban" + "Ban Chỉ đạo …"."""
    last = view.text.rfind(" ", seen.start, seen.end) + 1
    for place in range(last, seen.start, -1):
        if place in bodies and bodies[place].end > seen.end:
            return bodies[place]
    two = view.text.rfind(" ", seen.start, max(seen.start, last - 1)) + 1
    if two > seen.start and two in bodies and bodies[two].end > seen.end:
        return bodies[two]
    place = seen.end + 1
    for word in links:
        if view.text.startswith(word, place) and place + len(word) in bodies:
            place += len(word)
    return bodies.get(place) if view.text[seen.end : seen.end + 1] == " " else None


def _before(view: View, offices: Sequence[_Office], person: int, between: regex.Pattern[str]) -> list[_Office]:
    """The offices that lead up to a name: "Ủy viên Bộ Chính trị, Thủ tướng Chính phủ" + name; nearest first."""
    chain: list[_Office] = []
    at = person
    for index in range(bisect_left(offices, person, key=_start) - 1, -1, -1):
        office = offices[index]
        if office.end > at:
            continue
        gap = view.text[office.end : at]
        leads = gap == " " or (office.honorific and not gap.strip())
        if not leads and not (between if chain else _LABEL).fullmatch(gap):
            break
        chain.append(office)
        at = office.start
    return [office for office in chain if not office.honorific]


def _behind(view: View, offices: Sequence[_Office], person: int, after: regex.Pattern[str]) -> list[_Office]:
    """The offices that follow a name: name + ", Chủ tịch Ủy ban …, Trưởng Ban Chỉ đạo …"."""
    chain: list[_Office] = []
    at = person
    for index in range(bisect_left(offices, person, key=_start), len(offices)):
        office = offices[index]
        if office.start < at:
            continue
        if office.start - at > 24 or office.honorific or not after.fullmatch(view.text[at : office.start]):
            break
        # A name behind that title takes it: "ông A, Giám đốc Sở Y tế Nguyễn Văn B".
        if regex.match(r" \p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+", view.text[office.end : office.end + 30]):
            break
        chain.append(office)
        at = office.end
    return chain


def _role(document: Document, view: View, office: _Office, start: int, end: int, first: int, last: int) -> list[Role]:
    span = view.span(first, last)
    if span is None:
        return []
    sentence = document.sentence_at(span.start)
    return [
        Role(
            span=span,
            sentence=Span(min(sentence.span.start, span.start), max(sentence.span.end, span.end)) if sentence else span,
            rule="role/title-name" if first < start else "role/name-title",
            person=view.text[start:end],
            title=office.title,
            organisation=office.body,
            at=document.date,
        )
    ]


def _merged(found: Sequence[Role]) -> list[Role]:
    """One a person, title and body; a bare title joins the one with a body, a deputy takes the minister's ministry."""
    ministries = {r.organisation for r in found if r.title == "Bộ trưởng" and r.organisation}
    placed = {(r.person, r.title) for r in found if r.organisation}
    kept: dict[tuple[str, str, str | None], Role] = {}
    for role in sorted(found, key=lambda r: (r.span, r.title)):
        if role.title.startswith("Thứ trưởng") and role.organisation is None and len(ministries) == 1:
            role = replace(role, organisation=next(iter(ministries)), certainty="medium")
        if role.organisation is None and (role.person, role.title) in placed:
            continue
        kept.setdefault((role.person, role.title, role.organisation), role)
    return list(kept.values())
