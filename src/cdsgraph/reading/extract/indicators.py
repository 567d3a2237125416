"""A phrase for what a figure measures, made from the words of its clause.

Three ways lead to it: the figure is a change of something ("tăng 5,06%"), a level that something reached ("tỷ lệ …
đạt 39,51%"), or the object of a verb ("đã cấp hơn 18 triệu chứng thư"). What a clause leaves unsaid comes from the
figure before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cdsgraph.reading.extract.clauses import Chunk
from cdsgraph.reading.extract.figures import Figure
from cdsgraph.reading.extract.flow import Place, bare, clause
from cdsgraph.reading.extract.predicates import (
    acts,
    after_verb,
    change_at,
    from_measure,
    noun_phrase,
    over_commas,
    predicate_of,
    predicate_or_all,
    reach_at,
    subject_of,
    trim_left,
    trim_right,
    without_report,
)  # fmt: skip
from cdsgraph.reading.extract.wording import SHARE, Speaker

_PART, _COUNT, _RANK, _ON, _GROUP = "tỷ trọng", "số", "thứ hạng", "trên", "nhóm"
_SUM, _TIME = "số tiền", "thời gian"
_OWN = "noun with its predicate"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a figure measures: the phrase, the predicate that later figures of the clause share, how it was found."""

    phrase: str
    predicate: str
    way: str


def measured(
    figure: Figure,
    place: Place,
    before: Measured | None,
    tail: str,
    abbreviations: Mapping[str, str],
    text: str,
    totals: Sequence[str],
) -> Measured:
    """What a figure measures, from its place; `before` is what the figure measures on which it may depend.

    `tail` is the predicate at the end of a chain of figures ("90% … , 80% … và 60% … được xử lý …").
    `totals` are the words of a plain count ("tổng số").
    """
    say = Speaker(abbreviations)
    right = [each for each in clause(place.right) if not each.has("qualifier_after")]
    if figure.noun is not None and figure.noun.start > figure.span.end:
        right = [each for each in right if each.start >= figure.noun.end]
    noun = ""
    if figure.kind == "count":
        noun = say.words(figure.noun.of(text) if figure.noun is not None else figure.unit)
    left, near = without_report(bare(place.left)), without_report(bare(place.near))
    case = _Case(say, figure, place, left, near, right, before, tail, noun, tuple(f"{word} " for word in totals))
    change = change_at(left)
    if change is not None:
        return case.change(change)
    reach = reach_at(left)
    if reach is not None:
        return case.level(reach)
    return case.object()


def labelled(figure: Figure, label: Sequence[Chunk], abbreviations: Mapping[str, str], text: str) -> Measured:
    """What a number behind a label and a colon measures: "Số hồ sơ đúng hạn: 1.190", "đã xử lý: 161"."""
    say = Speaker(abbreviations)
    words = trim_left(label)
    if not words or words[0].has("measure") or figure.kind != "count" or figure.noun is None:
        return Measured(say(words), "", "label")
    named = any(each.start <= figure.noun.start < each.end for each in words)
    noun = "" if named else say.words(figure.noun.of(text))
    return Measured(f"{_COUNT} {noun} {say(words)}", "", "label")


def chain_tail(place: Place) -> str:
    """The predicate behind a figure's noun, for figures before it in the chain that lack one."""
    words = clause(place.right)
    for index, each in enumerate(words):
        if acts(each):
            return Speaker({})(words[index:])
    return ""


@dataclass(frozen=True, slots=True)
class _Case:
    """One figure with the words around it."""

    say: Speaker
    figure: Figure
    place: Place
    left: list[Chunk]
    near: list[Chunk]
    right: list[Chunk]
    before: Measured | None
    tail: str
    noun: str
    totals: tuple[str, ...]

    def change(self, at: int) -> Measured:
        head = trim_left(self.near[: max(0, len(self.near) - (len(self.left) - at))])
        if not head or all(each.has("auxiliary", "conjunction", "preposition", "each") for each in head):
            if self.before is not None:
                return Measured(self.before.phrase, self.before.predicate, "change of the figure before")
            head = trim_left(from_measure(self.left[:at]) or self.left[:at])
        return Measured(self.say(head), "", "subject of the change")

    def level(self, at: int) -> Measured:
        verbs = self.left[at:]
        head = from_measure(self.left[:at])
        head = trim_left(head if head is not None else self.near[: max(0, len(self.near) - len(verbs))])
        empty = all(each.has("auxiliary", "conjunction", "measure", "deictic") for each in head)
        if empty and self.before is not None:
            return self._derived(noun_phrase(self.right))
        if head and head[-1].has("deictic") and self.before is not None:
            return Measured(self.before.phrase, "", "pointing back")
        if self.figure.kind == "share":
            return self._share_level(head, verbs)
        if self.figure.kind == "rank":
            if any(each.has("about") for each in self.right):
                return self._rank(head)
            subject = [each for each in head if not each.has("measure") or each.kind == "name"]
            return Measured(f"{_RANK} {self.say(subject or head)}", "", "rank")
        if self.figure.kind == "count":
            return self._count_level(head)
        return Measured(self.say(head), "", "subject")

    def _share_level(self, head: list[Chunk], verbs: Sequence[Chunk]) -> Measured:
        say = self.say
        if head and head[0].has("measure"):
            if head[0].text.casefold() == _COUNT:
                return Measured(f"{SHARE} {say(head[1:])}", "", "count phrase")
            return Measured(say(head), "", "measure phrase")
        whole = noun_phrase(self.right)
        if whole and not self.place.depth:
            name = _PART if verbs[-1].has("part") else SHARE
            return Measured(f"{name} {say(head)} {_ON} {say(whole)}", "", "share of a whole")
        return Measured(f"{SHARE} {say(head)}", "", "subject of the share")

    def _count_level(self, head: list[Chunk]) -> Measured:
        say = self.say
        if head and f"{head[0].text.casefold()} " in self.totals:
            rest = head[1:]
            listed = bool(rest) and rest[0].labels.get("count") == "body"
            if listed or not say(rest).casefold().startswith(self.noun.casefold()):
                rest = rest[1:] if rest and rest[0].has("count") else rest
                return Measured(f"{_COUNT} {self.noun} {say(rest)}", say(rest), "count phrase")
            return Measured(f"{_COUNT} {say(rest)}", "", "count phrase")
        if head and head[0].has("measure"):
            return Measured(say(head), "", "measure phrase")
        return Measured(f"{_COUNT} {self.noun} {say(predicate_or_all(head))}", "", "count reached")

    def _derived(self, whole: list[Chunk]) -> Measured:
        """What a figure in brackets or after a comma measures: a share, total or level of the figure before it."""
        before = self.before
        if before is None:
            return Measured("", "", "nothing before")
        if self.figure.kind == "share":
            core = _without(before.phrase, self.totals)
            if core.startswith((SHARE, _PART)):
                return Measured(core, before.predicate, "share before")
            phrase = f"{SHARE} {core}"
            if whole and not (whole[0].has("count") and self.say(whole[:1]) in core):
                phrase = f"{phrase} {_ON} {self.say(whole)}"
            return Measured(phrase, before.predicate, "share of the figure before")
        if self.figure.kind == "count":
            return self._counted_with(before)
        if self.figure.kind == "rank" and not before.phrase.startswith(_RANK):
            return Measured(f"{_RANK} {before.phrase}", "", "rank of the figure before")
        return Measured(before.phrase, before.predicate, "figure before")

    def _counted_with(self, before: Measured) -> Measured:
        """A count that shares the predicate of the figure before it: "100% bộ đã ban hành (22/22 bộ)"."""
        core = _without(before.phrase, (f"{SHARE} ", f"{_COUNT} "))
        if core.casefold().startswith(self.noun.casefold()):
            return Measured(f"{_COUNT} {core}", before.predicate, "figure before")
        return Measured(f"{_COUNT} {self.noun} {before.predicate}", before.predicate, "with the predicate before")

    def object(self) -> Measured:
        head = trim_left(self.near)
        if self.figure.kind == "share":
            return self._share(head)
        if self.figure.kind == "count":
            return self._count(head)
        if self.figure.kind == "rank":
            return self._rank(head)
        return self._amount(head)

    def _amount(self, head: list[Chunk]) -> Measured:
        """Sums of money, speeds, durations and bare numbers without a verb of reaching."""
        say = self.say
        predicate = say(predicate_of(head))
        lead = from_measure(head)
        if lead is not None:
            return Measured(say(trim_right(lead)), predicate, "measure phrase")
        if self.figure.kind == "money":
            return Measured(
                f"{_SUM} {say(predicate_or_all(trim_right(self.near)))} {say(self.right[:8])}",
                predicate,
                "sum of money",
            )
        if self.figure.kind == "time":
            return Measured(f"{_TIME} {say(trim_right(head)) or say(self.right[:8])}", predicate, "duration")
        subject = say(trim_right(head))
        if not subject:
            subject = self.before.phrase if self.before is not None else say(noun_phrase(self.right))
        return Measured(subject, predicate, "measure")

    def _rank(self, head: list[Chunk]) -> Measured:
        about = next((index for index, each in enumerate(self.right) if each.has("about")), None)
        if about is not None:
            return Measured(f"{_RANK} {self.say(self.right[about + 1 :])}", "", "rank in")
        lead = [each for each in head if not each.has("rank", "reach", "auxiliary")]
        if lead or self.before is None:
            return Measured(f"{_RANK} {self.say(lead)}", "", "rank")
        behind = self.say(clause(self.place.right, 6))
        return Measured(f"{_RANK} {self.before.phrase} {behind}", "", "rank of the figure before")

    def _share(self, head: list[Chunk]) -> Measured:
        say = self.say
        right, own = self.right, any(acts(each) for each in self.right[:8])
        if not own:
            right, own = over_commas(self.place.right, right)
        if head and _opens_measure(head) and not noun_phrase(right):
            return Measured(say(trim_right(head)), "", "measure phrase")
        if own:
            words = say(trim_right(right))
            return Measured(f"{SHARE} {words}", words, _OWN)
        words = say(noun_phrase(right))
        predicate = say([*subject_of(head), *predicate_of(head)]) if predicate_of(head) else ""
        if self.tail and not predicate:
            return Measured(f"{SHARE} {words} {self.tail}", self.tail, "chain")
        if not words and not predicate and self.before is not None:
            return self._derived([])
        return self._with_verb(SHARE, words or say(trim_right(bare(right[:6]))), predicate)

    def _count(self, head: list[Chunk]) -> Measured:
        say = self.say
        own = any(acts(each) for each in self.right[:8]) or self._attains()
        words = say(trim_right(self.right if own else noun_phrase(self.right)))
        predicate = say(predicate_of(head))
        start = f"{_COUNT} {self.noun}"
        if self.place.host is not None and self.before is not None and not (own or predicate or words):
            return self._counted_with(self.before)
        if head and _opens_measure(head):
            lone = not trim_right(head[1:]) and f"{head[0].text.casefold()} " in self.totals
            return Measured(f"{start} {words}" if lone else say(trim_right(head)), "", "measure phrase")
        if head and head[-1].has("group"):
            core = _without(self.before.phrase, (f"{_RANK} ",)) if self.before is not None else ""
            behind = [each for each in self.right if each.kind != "time" and not each.has("preposition")]
            return Measured(f"{_GROUP} {self.noun} {say(behind)} {core}", "", "group of")
        summed = self._summed(head)
        if summed:
            return Measured(f"{_COUNT} {summed}", "", "sum of")
        if self._accompanies():
            return Measured(f"{start} {words or say(trim_right(after_verb(head)))}", "", "count with another")
        if own:
            return Measured(f"{start} {words}", "", _OWN)
        if not words and not predicate and self.right and self.right[0].has("preposition"):
            words = say(self.right)
        if self.tail and not predicate:
            return Measured(f"{start} {words} {self.tail}", self.tail, "chain")
        if not predicate and len(head) <= 3 and not any(e.kind == "name" or e.has("count", "exists") for e in head):
            words = f"{words} {say(trim_right(head))}"
        return self._with_verb(start, words, predicate)

    def _with_verb(self, start: str, words: str, predicate: str) -> Measured:
        if not predicate and self.before is not None and self.place.host is None:
            predicate = self.before.predicate
        return Measured(f"{start} {words} {predicate}", predicate, "object of a verb")

    def _summed(self, head: Sequence[Chunk]) -> str:
        """The noun phrase that "gồm" before a figure sums up, when it names what is counted."""
        if not head or not head[-1].has("sum") or not self.noun:
            return ""
        phrase = self.say(head[:-1])
        at = phrase.casefold().rfind(self.noun.casefold())
        return phrase[at:] if at >= 0 else ""

    def _attains(self) -> bool:
        """Whether the noun reaches something that is no figure: "60 hệ thống đạt yêu cầu"."""
        closed = self.place.following is None or len(self.right) < len(self.place.right)
        return closed and len(self.right) > 1 and self.right[0].has("reach") and self.right[1].kind == "word"

    def _accompanies(self) -> bool:
        """Whether "với" joins the figure to a noun before it: "63 tỉnh thành lập tổ với 500 thành viên"."""
        near = self.place.near
        tied = self.place.previous is not None and bool(near) and near[-1].has("with")
        return tied and self.before is not None and self.before.way == _OWN


def _opens_measure(head: Sequence[Chunk]) -> bool:
    return head[0].has("measure") and head[0].kind == "word"


def _without(phrase: str, prefixes: Sequence[str]) -> str:
    for prefix in prefixes:
        phrase = phrase.removeprefix(prefix)
    return phrase
