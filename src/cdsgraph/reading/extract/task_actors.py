"""Who a task is given to or by: bodies, persons, holders of an office, and classes of bodies ("các bộ, ngành")."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cdsgraph.reading.extract.task_units import Unit
from cdsgraph.reading.facts import Role
from cdsgraph.reading.view import lookup_key

Sort = Literal["person", "office", "body", "class", "back"]

_LIST = (",", "và", "hoặc", "/", "-", "–", "&")
_ENDS = (
    "modal", "duty", "future", "assign", "urge", "tell", "coordinate", "lead", "done", "purpose", "link", "copula",
    "relative", "passive", "not", "able", "like", "aside", "ordinal", "plain_end", "honorific",
)  # fmt: skip
_VERBS = ("manner", "do", "step")
_STRONG = ("modal", "duty", "future", "lead", "coordinate")
_LONGEST_CLASS = 16
_MOST = 12
_PRIME_MINISTER = "Thủ tướng Chính phủ"
_HEADED = ("Chính phủ",)


@dataclass(frozen=True, slots=True)
class Actors:
    """One or more of them named together: canonical names, index behind the last unit, what the first is.

    `back` means that the words point at the bodies named before ("đơn vị này").
    """

    names: tuple[str, ...]
    end: int
    sort: Sort


class ActorReader:
    """Reads actors off rows of units of a text; classes are named as printed."""

    def __init__(self, text: str, roles: Sequence[Role]) -> None:
        self._text = text
        self._roles = roles

    def at(self, row: Sequence[Unit], start: int) -> Actors | None:
        """The actors whose words begin at a unit; None where none do."""
        names: list[str] = []
        sort: Sort | None = None
        at = start
        while len(names) < _MOST and (found := self._one(row, at)) is not None:
            names += found.names
            sort = sort or found.sort
            at = found.end
            then = _behind_separator(row, at)
            if then is None:
                break
            following = self._one(row, then)
            if following is None or (following.sort == "person" and sort == "class"):
                break
            if following.sort in ("person", "office") and sort == "person" and row[at].text == ",":
                # "Thủ tướng A, Chủ tịch Ủy ban B": the same person's next office.
                after = self._apposition(row, following.end)
                return Actors(tuple(dict.fromkeys(names)), after, sort)
            at = then
        return Actors(tuple(dict.fromkeys(names)), at, sort) if sort is not None else None

    def _apposition(self, row: Sequence[Unit], at: int) -> int:
        return at + 1 if at < len(row) and row[at].text == "," else at

    def _one(self, row: Sequence[Unit], at: int) -> Actors | None:
        if at >= len(row):
            return None
        unit = row[at]
        if unit.kind == "body":
            end = at + 1
            while end < len(row) and row[end].has("level") and row[end].text[0].islower():
                end += 1
            found = self._bracketed(row, Actors((unit.name,), end, "body"))
            if found.end + 1 < len(row) and row[found.end].text == "của" and row[found.end + 1].has("each"):
                owner = self._class(row, found.end + 1)  # "Ban Chỉ đạo của các bộ, ngành"
                found = found if owner is None else Actors(found.names, owner.end, "body")
            return found
        if unit.kind == "person":
            return self._bracketed(row, Actors((unit.name,), at + 1, "person"))
        if unit.kind == "place":
            obliged = at + 1 < len(row) and row[at + 1].has("modal", "duty", "future")
            return Actors((unit.name,), at + 1, "office") if obliged else None
        if not unit.labels:
            return None
        if unit.has("back"):
            return Actors((), at + 1, "back")
        if unit.has("honorific"):
            named = self._one(row, at + 1)
            if named is None and at + 1 < len(row) and row[at + 1].has("soft", "assign", "urge", "tell"):
                return Actors((), at + 1, "back") if unit.text[0].isupper() else None  # "Đồng chí yêu cầu …"
            return named
        if unit.has("title") and unit.text[0].isupper():
            return self._office(row, at)
        if unit.has("each", "alone", "member") and (printed := self._printed(row, at)) is not None:
            return printed
        if unit.has("each") or unit.has("alone") or (unit.has("member") and _listed(row, at)):
            return self._class(row, at)
        if unit.has("member") and not unit.has(*_VERBS) and at + 1 < len(row) and row[at + 1].has("each"):
            return self._class(row, at)
        return None

    def _printed(self, row: Sequence[Unit], at: int) -> Actors | None:
        """Bodies that no name is known for, as printed: "Sở TN-MT Quảng Ngãi", "các Bộ: Công an, Tài chính"."""
        if row[at].has("each"):
            head = at + 1
            if head + 2 >= len(row) or not row[head].has("member") or row[head + 1].text != ":":
                return None
            names: list[str] = []
            end = head + 2
            while end < len(row) and (then := self._proper(row, end)) > end:
                name = " ".join(self._text[row[end].start : row[then - 1].end].split())
                names.append(f"{row[head].text} {name}")
                end = then
                if end + 1 >= len(row) or row[end].text != "," or self._proper(row, end + 1) == end + 1:
                    break
                end += 1
            return Actors(tuple(names), end, "body") if len(names) > 1 else None
        if not row[at].text[0].isupper() or row[at].text.isupper() or row[at].has("each", "title"):
            return None
        end = self._proper(row, at + 1)
        if end == at + 1 or row[at + 1].kind in ("body", "person"):
            return None
        return Actors((" ".join(self._text[row[at].start : row[end - 1].end].split()),), end, "body")

    def _proper(self, row: Sequence[Unit], at: int) -> int:
        """Index behind the words of a proper name: capitals, what they join ("học và Công"), and places."""
        end = at
        while end < len(row):
            unit = row[end]
            joins = unit.text in ("và", "-", "&") and end > at
            if joins and end + 1 < len(row) and row[end + 1].text[0].isupper():
                end += 1
            elif not (
                unit.kind in ("place", "body", "name")
                or (unit.kind == "word" and unit.text[0].isupper())
                or (end > at and unit.kind == "word" and not unit.labels and row[end - 1].kind == "word")
            ):
                break
            end += 1
        return end

    def _office(self, row: Sequence[Unit], at: int) -> Actors:
        """An office: its holder where one is named there or before, else its body, else the title as printed."""
        title, body = row[at], ""
        end = at + 1
        if end + 1 < len(row) and (row[end].has("each") or (row[end].has("member") and row[end + 1].has("each"))):
            held = self._class(row, end)
            if held is not None:  # "Giám đốc các sở", "Chủ tịch UBND các huyện"
                words = " ".join(self._text[title.start : row[held.end - 1].end].split())
                return Actors((words,), held.end, "class")
        if end < len(row) and row[end].kind == "body":
            body, end = row[end].name, end + 1
        if end < len(row) and row[end].kind == "person":
            return Actors((row[end].name,), end + 1, "person")
        if body:
            return Actors((body,), end, "office")
        end = self._proper(row, end) if row[end : end + 1] and row[end].text[0].isupper() else end
        if end > at + 1:  # "Bộ trưởng Công an"
            return Actors((" ".join(self._text[title.start : row[end - 1].end].split()),), end, "office")
        holder = self.holder(title.text, title.start)
        if holder is None and title.labels["title"] in _HEADED and lookup_key(title.text).startswith("thủ tướng"):
            holder = _PRIME_MINISTER
        return Actors((holder or title.text,), end, "person" if holder else "office")

    def in_office(self, person: str) -> bool:
        """Whether the text names a person with an office."""
        return any(role.person == person for role in self._roles)

    def holder(self, title: str, before: int) -> str | None:
        """The person last named with an office before a place; with none before it, the one named first."""
        wanted = lookup_key(title.removesuffix(" Chính phủ"))
        held = [role for role in self._roles if lookup_key(role.title) == wanted]
        earlier = [role for role in held if role.span.start <= before]
        if earlier:
            return earlier[-1].person
        return held[0].person if held else None

    def _class(self, row: Sequence[Unit], at: int) -> Actors | None:
        head = at + 1 if row[at].has("each") else at
        while head < len(row) and row[head].has("honorific"):
            head += 1
        if head >= len(row):
            return None
        first = row[head]
        if row[at].has("each") and first.kind == "body":
            return Actors((first.name,), self._class_end(row, head + 1, head), "class")
        if not first.has("member", "alone", "title"):
            return None
        end = head + 1
        while (then := _behind_separator(row, end)) is not None and (
            (row[then].has("member", "alone") and not row[then].has("council"))
            or (row[then].has("each") and then + 1 < len(row) and row[then + 1].has("member"))
        ):
            end = then + (2 if row[then].has("each") else 1)
        end = self._class_end(row, end, head)
        words = " ".join(self._text[row[at].start : row[end - 1].end].split())
        small = row[at].has("each") or row[at].labels.get("alone", row[at].text)[:1].islower()
        if row[at].has("council"):
            pass  # a body's name but for the place
        elif small or (row[at].has("member") and row[at].labels["member"][:1].islower()):
            words = words[0].lower() + words[1:]
        if end < len(row) and row[end].has("aside"):
            end = self._class_end(row, end + 1, head)
        return Actors((words,), end, "class")

    def _class_end(self, row: Sequence[Unit], at: int, head: int) -> int:
        """Where the words that say which of a class are meant are over."""
        end = at
        while end < len(row) and end - head < _LONGEST_CLASS:
            unit = row[end]
            then = _behind_separator(row, end)
            if then is not None and (row[then].has("council") or row[then].kind == "body"):
                break
            if then is not None and (row[then].has("member", "each", "level") or row[then].kind == "body"):
                if unit.kind == "mark" and row[then].has("each") and not row[end - 1].has("member"):
                    break
                end = then + 1
                continue
            if unit.kind in ("mark", "person") or unit.has(*_ENDS):
                break
            if unit.has("opener") and not unit.has("member") and not _places(unit):
                break
            if unit.has("soft") and " " in unit.text:
                break  # "… theo chức năng, nhiệm vụ được giao"
            if unit.has(*_VERBS) and not unit.has("member") and not (end == head + 1 and _obliged(row, end)):
                break
            if unit.has("manner") and unit.has("member") and not _joined(row, end):
                break
            end += 1
        return end

    def _bracketed(self, row: Sequence[Unit], found: Actors) -> Actors:
        """The actor with an abbreviation or short name in brackets behind it."""
        end = found.end
        if end < len(row) and row[end].text == "(":
            for close in range(end + 1, min(end + 14, len(row))):
                if row[close].text == ")":
                    return Actors(found.names, close + 1, found.sort)
        return found


def _places(unit: Unit) -> bool:
    return unit.has("where")


def _joined(row: Sequence[Unit], at: int) -> bool:
    """Whether a noun that may be a verb ("tổ chức") is joined to what stands before it."""
    return at > 0 and (row[at - 1].text in _LIST or row[at - 1].has("each"))


def _listed(row: Sequence[Unit], at: int) -> bool:
    """Whether a class's noun opens a list of such nouns: "bộ, ngành, địa phương"."""
    then = _behind_separator(row, at + 1)
    return then is not None and row[then].has("member", "each")


def _behind_separator(row: Sequence[Unit], at: int) -> int | None:
    """Index behind a comma, "và" or both; None where neither stands there."""
    if at >= len(row) or row[at].text.lower() not in _LIST:
        return None
    then = at + 1
    if row[at].text == "," and then < len(row) and row[then].text == "và":
        then += 1
    return then if then < len(row) else None


def _obliged(row: Sequence[Unit], at: int) -> bool:
    """Whether an obligation still follows in the clause, so that a verb here only says which bodies are meant."""
    for unit in row[at + 1 : at + _LONGEST_CLASS]:
        if unit.kind == "mark":
            return False
        if unit.has(*_STRONG):
            return True
    return False


def up_to_speaker(row: Sequence[Unit], start: int) -> Sequence[Unit]:
    """The row as far as the comma before a person or office: "Đối với các xã, Chủ tịch UBND tỉnh yêu cầu …"."""
    for at in range(start + 1, len(row) - 1):
        if row[at].text == "," and (row[at + 1].kind == "person" or row[at + 1].has("title")):
            return row[:at]
    return row
