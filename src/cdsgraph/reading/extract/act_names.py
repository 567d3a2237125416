"""Acts cited by name or short number: laws, "Nghị quyết 57", "Đề án 06", strategies, decrees described in words."""

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from cdsgraph.reading.extract.extents import WORD, Extents
from cdsgraph.reading.namewords import NameWords
from cdsgraph.reading.view import View, lookup_key
from cdsgraph.vocab import ActType

_SHORT = r" (?:số )?(\d{1,4})(?:/CP(?!\p{L}))?(?![\d/.,%\-–]\w|\d| ?%)"
_LAW_YEAR = regex.compile(r"(?: \((?:sửa đổi|sửa đổi, bổ sung)\))?(?:,? (?:năm )?((?:19|20)\d{2})(?![\d/]))?")
_LAW_NUMBER = regex.compile(r"\s*\d+/\d{4}/QH")
_AMENDING = regex.compile(r" [Ss]ửa đổi[^;.\n]{4,160}?(?=,? (?:ngày|năm \d|số \d)|[;.\n]|$)")
_QUOTED = regex.compile(r" [\"“]([^\"”\n]{6,200})[\"”]")
_PLAN_YEAR = regex.compile(r" năm (?:19|20)\d{2}(?!\d)")
_OPEN_END = regex.compile(r",? (?:đến năm|đến|giai đoạn|năm)\s*$")
# "Kế hoạch thực hiện Nghị quyết số 57-NQ/TW": the act behind it goes by itself.
_CUT_OFF = regex.compile(r" (?:số|Nghị quyết|Quyết định|Chỉ thị|Kết luận|Nghị định|Luật) \d")
_LONGEST_ENACTED = 320  # code points
_FEWEST_WORDS = 4  # of a programme's name: "Chương trình" and two more
_FEWEST_ISSUED = 6  # of one in small letters, cited only where the text says that it was issued


@dataclass(frozen=True, slots=True)
class ActName:
    """An act's name in the view; `cited` is False where it only names a programme, `short` for "Nghị quyết 57"."""

    start: int
    end: int
    type: ActType
    title: str
    issuer: str | None = None
    year: str | None = None
    short: bool = False
    cited: bool = True
    plural: bool = False
    scheme: bool = False


class ActNameReader:
    """Finds acts cited by name; compiled once."""

    def __init__(self, words: NameWords) -> None:
        self._words = words
        self._laws = sorted((lookup_key(law) for law in words.laws), key=len, reverse=True)
        self._law = regex.compile(rf"(?<![\p{{L}}])(?:{'|'.join(map(regex.escape, self._laws))})(?![\p{{L}}])")
        named = [word for word in words.act_words if "named" in word.uses]
        laws = "|".join(regex.escape(word.word) for word in named if word.type == "law")
        self._law_head = regex.compile(rf"(?<![\p{{L}}])(?:{laws})(?= (?:\p{{Lu}}|sửa đổi))")
        self._no_law = regex.compile(rf"(?:{'|'.join(words.act_title_words['no-law'])}) $")
        short = {word.word: word.type for word in words.act_words if "short" in word.uses}
        self._kinds: dict[str, ActType] = {lookup_key(word.word): word.type for word in words.act_words}
        self._short = regex.compile(rf"(?<![\p{{L}}/\-])({'|'.join(map(regex.escape, short))}){_SHORT}")
        schemes = [lookup_key(word.word) for word in named if word.type != "law"]
        forms = "|".join(sorted(map(regex.escape, schemes), key=len, reverse=True))
        self._scheme = regex.compile(rf"(?<![\p{{L}}/])(?:{forms})(?= )")
        acts = "|".join(word for word, kind in short.items() if kind not in ("project", "other") and not word.isupper())
        verbs, issuing = ("|".join(words.act_title_words[use]) for use in ("describe", "issue"))
        self._described = regex.compile(
            rf"(?<![\p{{L}}])({acts}) (?:{verbs})(?![\p{{L}}])(?! (?:tại|này|trên))[^;.…\n\d]{{6,160}}"
        )
        self._main_clause = regex.compile(rf", (?:{'|'.join(words.clause_starts)})(?![\p{{L}}])")
        makers = "|".join(sorted(map(regex.escape, words.act_makers), key=len, reverse=True))
        self._by = regex.compile(rf"(?<![\p{{L}}])({acts.lower()}) của ({makers}) (về [^.;,\n…]{{4,120}})")
        enacting, over = ("|".join(words.act_title_words[use]) for use in ("enact", "over"))
        self._enacting = regex.compile(rf"(?:{enacting})(?: kèm theo [^.;\n]{{4,40}} này)? $")
        self._over = regex.compile(rf",? (?:{over})(?![\p{{L}}])| ?[(;:\n]|\.(?=\s|$)|, \p{{Lu}}")
        self._issued = regex.compile(rf"(?:{issuing}) $")

    def read(self, view: View) -> Iterator[ActName]:
        """The names of a text, laws first, then short numbers, schemes and acts described in words."""
        yield from self._read_laws(view)
        for match in self._short.finditer(view.text):
            kind = self._kinds[lookup_key(match[1])]
            yield ActName(match.start(), match.end(), kind, f"{match[1]} {match[2]}", short=True)
        yield from self._read_schemes(view)
        for match in self._described.finditer(view.text):
            words = self._main_clause.split(_OPEN_END.sub("", match[0]))[0].rstrip(" ,")
            kind = self._kinds[lookup_key(match[1])]
            issuer = self._words.act_issuers.get("CP") if kind == "decree" else None
            yield ActName(match.start(), match.start() + len(words), kind, words, issuer)
        for match in self._by.finditer(view.text):
            kind = self._kinds[lookup_key(match[1])]
            yield ActName(match.start(), match.end(2), kind, match[3], self._words.act_makers[match[2]])

    def _read_laws(self, view: View) -> Iterator[ActName]:
        known = {m.start(): m.end() for m in self._law.finditer(view.key) if view.text[m.start()].isupper()}
        heads = {m.start(): m.end() for m in self._law_head.finditer(view.text)}
        extents = Extents(view, self._words, frozenset(heads))
        done = 0
        for start in sorted(known.keys() | heads.keys()):
            if start < done or self._no_law.search(view.text, max(0, start - 20), start):
                continue
            if start in heads and (amending := _AMENDING.match(view.text, heads[start])):
                done = amending.end()
                yield ActName(start, done, "law", view.text[start:done])
                continue
            end = known.get(start) or extents.end(heads[start], "thing", most=12, commas=True)
            # "Luật Viễn thông số 24/2023/QH15": the last word belongs to the number.
            if start not in known and view.text.endswith(" số", 0, end) and _LAW_NUMBER.match(view.text, end):
                end -= len(" số")
            yield (name := _law(view, start, end))
            done = name.end

    def _read_schemes(self, view: View) -> Iterator[ActName]:
        heads = [m.span() for m in self._scheme.finditer(view.key)]
        extents = Extents(view, self._words, frozenset(start for start, _ in heads if view.text[start].isupper()))
        done = 0
        for start, head in heads:
            if start < done or view.text[start:head].isupper():
                continue
            name = self._scheme_name(view, extents, start, head)
            if name is not None:
                done = name.end
                yield name

    def _scheme_name(self, view: View, extents: Extents, start: int, head: int) -> ActName | None:
        kind = self._kinds[view.key[start:head]]
        if (quoted := _QUOTED.match(view.text, head)) and view.text[start].isupper():
            title = f"{view.text[start:head]} {quoted[1]}"
            begins = self._words.scheme_words.at(view.key, quoted.start(1), quoted[1].split(" ")[0].lower()) is not None
            return ActName(start, quoted.end(), kind, title, scheme=True) if begins else None
        first = WORD.match(view.text, head)
        if first is None:
            return None
        # The first words of the name may be such as end other names: "Chương trình hỗ trợ …".
        entry = self._words.scheme_words.at(view.key, first.start(1), view.key[first.start(1) : first.end(1)])
        if entry is None:
            return None
        capital = view.text[start].isupper()
        if year := _PLAN_YEAR.match(view.text, head):
            return (
                ActName(start, year.end(), kind, view.text[start : year.end()]) if kind == "plan" and capital else None
            )
        before = view.key[max(0, start - 12) : start].rstrip().split(" ")[-1]
        plural = before in self._words.plurals
        end = extents.end(head, "scheme", commas=not plural, free=entry)
        if capital and self._enacting.search(view.text, max(0, start - 60), start):
            end = max(end, self._enacted_end(view, end))
        if kind == "plan" and (year := _PLAN_YEAR.match(view.text, max(end, entry))):
            end = year.end()
        title = view.text[start:end]
        size = title.count(" ") + 1
        if (
            size < _FEWEST_WORDS
            or end <= entry
            or _CUT_OFF.search(view.text, end - 11, end + 2)
            or (plural and kind == "plan")
        ):
            return None
        issued = size >= _FEWEST_ISSUED and self._issued.search(view.key, max(0, start - 12), start) is not None
        cited = capital or (issued and not plural)
        return ActName(start, end, kind, title, cited=cited, plural=plural, scheme=True)

    def _enacted_end(self, view: View, at: int) -> int:
        """Where a title ends that the text itself enacts, which is printed whole: "Phê duyệt Đề án … với nội dung"."""
        over = self._over.search(view.text, at, at + _LONGEST_ENACTED)
        return over.start() if over else at


def _law(view: View, start: int, end: int) -> ActName:
    rest = _LAW_YEAR.match(view.text, end)
    over = rest.end() if rest else end
    title = view.text[start : over if rest and not rest[1] else end]
    return ActName(start, over, "law", title, year=rest[1] if rest else None)
