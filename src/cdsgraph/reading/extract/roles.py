"""Persons named with an office: "Bộ trưởng Bộ Tài chính Nguyễn Văn An", "ông Trần Văn Bình, Giám đốc Sở Y tế"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from cdsgraph.reading.document import Document, Span
from cdsgraph.reading.extract.name_patterns import Found
from cdsgraph.reading.extract.names import BODIES
from cdsgraph.reading.extract.persons import TitleSeen
from cdsgraph.reading.facts import Role
from cdsgraph.reading.view import View

_EMPLOYERS = BODIES | {"data_centre", "other"}
_GAP = regex.compile(r"\s*[-–,]\s*(?:(?:kiêm|đồng thời là|là)\s+)?|\s+(?:kiêm|đồng thời là|là)\s+")
_AFTER = regex.compile(r"(?:\s*[,(]\s*|\s+[-–]\s+|,?\s+(?:là|kiêm|giữ chức|đồng thời là)\s+)$")


@dataclass(frozen=True, slots=True)
class _Office:
    """A title in the view with the body behind it."""

    start: int
    end: int
    title: str
    body: str | None
    honorific: bool


def read(
    document: Document,
    view: View,
    names: Sequence[Found],
    persons: Sequence[tuple[int, int]],
    titles: Sequence[TitleSeen],
) -> tuple[Role, ...]:
    """The roles of a text, one record a person, title and body, in order of their spans."""
    bodies = {name.start: name for name in names if name.type in _EMPLOYERS}
    offices = _offices(view, titles, bodies)
    found: list[Role] = []
    for start, end in persons:
        for office in _before(view, offices, start):
            found += _role(document, view, office, start, end, min(office.start, start), end)
        for office in _behind(view, offices, end):
            found += _role(document, view, office, start, end, start, office.end)
    return tuple(_merged(found))


def prime_minister(roles: Sequence[Role]) -> str | None:
    """The person the text names as prime minister, if it names one."""
    named = {role.person for role in roles if role.organisation == "Chính phủ" and role.title.startswith("Thủ tướng")}
    return named.pop() if len(named) == 1 else None


def _offices(view: View, titles: Sequence[TitleSeen], bodies: dict[int, Found]) -> list[_Office]:
    found = []
    for seen in titles:
        title, end, body = seen.title.words, seen.end, seen.title.body
        if body is not None:
            title = regex.sub(r" Chính phủ$", "", title) if body == "Chính phủ" else title
        if seen.title.takes_body and (employer := _employer(view, seen, bodies)) is not None:
            title, body, end = view.text[seen.start : min(end, employer.start)].rstrip(), employer.name, employer.end
            # "Trưởng Ban" + "Ban Chỉ đạo …" share a word, which stays in both.
            title = seen.title.words if employer.start < seen.end else title
        found.append(
            _Office(seen.start, end, title if title[:1].isupper() else seen.title.words, body, seen.title.honorific)
        )
    return found


def _employer(view: View, seen: TitleSeen, bodies: dict[int, Found]) -> Found | None:
    """The body behind a title, or begun by the title's last word: "Trưởng Ban" + "Ban Chỉ đạo …"."""
    last = view.text.rfind(" ", seen.start, seen.end) + 1
    for place in range(last, seen.start, -1):
        if place in bodies and bodies[place].end > seen.end:
            return bodies[place]
    two = view.text.rfind(" ", seen.start, max(seen.start, last - 1)) + 1
    if two > seen.start and two in bodies and bodies[two].end > seen.end:
        return bodies[two]
    place = seen.end + 1
    for word in ("của ", "phụ trách "):
        if view.text.startswith(word, place) and place + len(word) in bodies:
            place += len(word)
    return bodies.get(place) if view.text[seen.end : seen.end + 1] == " " else None


def _before(view: View, offices: Sequence[_Office], person: int) -> list[_Office]:
    """The offices that lead up to a name: "Ủy viên Bộ Chính trị, Thủ tướng Chính phủ" + name; nearest first."""
    chain: list[_Office] = []
    at = person
    for office in reversed([o for o in offices if o.end <= person and person - o.end < 400]):
        if office.end > at:
            continue
        gap = view.text[office.end : at]
        direct = gap == " " or (office.honorific and gap.strip() == "")
        if (
            not direct
            and not (chain and _GAP.fullmatch(gap))
            and not (not chain and regex.fullmatch(r"\s*:?\s*|, (?:ông|bà|đồng chí) ", gap))
        ):
            break
        chain.append(office)
        at = office.start
    return [office for office in chain if not office.honorific]


def _behind(view: View, offices: Sequence[_Office], person: int) -> list[_Office]:
    """The offices that follow a name: name + ", Chủ tịch Ủy ban …, Trưởng Ban Chỉ đạo …"."""
    chain: list[_Office] = []
    at = person
    for office in offices:
        if office.start < at:
            continue
        if office.start - at > 24 or office.honorific or not _AFTER.fullmatch(view.text[at : office.start]):
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
    kept: dict[tuple[str, str, str | None], Role] = {}
    for role in sorted(found, key=lambda r: (r.span, r.title)):
        if role.title.startswith("Thứ trưởng") and role.organisation is None and len(ministries) == 1:
            role = replace(role, organisation=next(iter(ministries)), certainty="medium")
        if role.organisation is None:
            named = [r for r in found if (r.person, r.title) == (role.person, role.title) and r.organisation]
            if named:
                continue
        kept.setdefault((role.person, role.title, role.organisation), role)
    return list(kept.values())
