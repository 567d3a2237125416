"""The frame around a task: who bids whom, with which words, and where the verb phrase itself begins.

"Thủ tướng yêu cầu các bộ khẩn trương rà soát …" has the frame "Thủ tướng yêu cầu các bộ" and the phrase from
"khẩn trương" on. A frame is read off the units of one clause; nothing is carried here from clause to clause.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cdsgraph.reading.extract.task_actors import ActorReader, Actors
from cdsgraph.reading.extract.task_units import Unit
from cdsgraph.reading.extract.task_verbs import (
    PAPER_REACH,
    VERBS,
    bids_in_writing,
    is_finite,
    names_partners,
    past_adverbs,
    past_duty,
    past_given,
)
from cdsgraph.reading.extract.verb_phrases import adverbial

Manner = Literal["assigned", "duty", "obliged", "planned", "led", "stated", "bare", "topic", "done"]

_OPENING_MARKS = "“\"'”‘’«»*-–—•+·…_>#"
_REACH = 40


@dataclass(frozen=True, slots=True)
class Mode:
    """What the text around a clause allows: `told`: a speaker is bidding; `listed`: tasks are being listed."""

    told: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame: the assigner's actors and the assignees' as far as the clause names them, and where the phrase begins.

    `body` is the index of the phrase's first unit, the row's length where the clause is all frame ("Bộ X có trách
    nhiệm:"). `manner` is how the task is put.
    """

    body: int
    manner: Manner
    assigner: Actors | None = None
    assignees: Actors | None = None
    named: bool = False  # an assigner speaks here, named or left out


class FrameReader:
    """Reads frames off rows of units."""

    def __init__(self, actors: ActorReader) -> None:
        self._actors = actors

    def read(self, row: Sequence[Unit], start: int, mode: Mode) -> Frame | None:
        """The frame of the clause that begins at a unit; None where the clause states no task."""
        at = self.opening(row, start)
        if at >= len(row):
            return None
        actors = self._actors.at(row, at)
        if actors is None and (row[at].has("paper") or row[at].kind == "name"):
            verb = at + 1
            last = min(len(row), at + PAPER_REACH)
            while verb < last and not row[verb].has("assign", "urge", "modal", *VERBS):
                verb += 1
            if verb < len(row) and row[verb].has("hand", "assign") and not row[verb].has("manner"):
                return self._complement(row, verb + 1, None, row[verb])  # "Công văn giao Sở Y tế …"
        if actors is None:
            return self._without_actor(row, at, mode) or self._announced(row, at)
        return self._with_actor(row, actors, mode) or self._announced(row, at)

    def opening(self, row: Sequence[Unit], start: int) -> int:
        """Index behind what may stand before a clause: marks, ordinals, connectives, adverbial phrases."""
        at = start
        while at < len(row):
            unit = row[at]
            if (
                unit.text in _OPENING_MARKS
                or (unit.text in ",:" and at > start)
                or unit.has("ordinal")
                or (unit.has("link") and not unit.has(*VERBS))
            ):
                at += 1
            elif (beyond := self._adverbial(row, at)) is not None:
                at = beyond
            else:
                break
        return at

    def _adverbial(self, row: Sequence[Unit], at: int) -> int | None:
        """Index behind an adverbial phrase and its comma ("Về dữ liệu số, …"); None where none stands there."""
        opener = row[at]
        if not opener.has("opener") or opener.kind != "word":
            return None
        second: int | None = None
        commas = 0
        for comma in range(at + 1, min(len(row), at + _REACH)):
            if row[comma].text == ";":
                break
            if row[comma].text not in (",", ":") or comma + 1 >= len(row):
                continue
            then = comma + 1
            while then < len(row) and (row[then].text in _OPENING_MARKS or row[then].has("ordinal")):
                then += 1
            if then >= len(row):
                break
            if self._begins(row, then):
                return then
            if commas == 0 and row[then].has("manner", "do", "lead") and not row[then].has("member"):
                second = then
            commas += 1
        return None if opener.has(*VERBS) else second

    def _begins(self, row: Sequence[Unit], at: int) -> bool:
        """Whether a clause with its own subject, an assigning verb or an obligation begins at a unit."""
        if row[at].has("modal", "future"):
            return True
        if row[at].has("assign"):
            bids = at + 1 < len(row) and row[at + 1].has("manner", "do") and not row[at].has("do")
            return bids or self._actors.at(row, at + 1) is not None
        actors = self._actors.at(row, at)
        if actors is None:
            return False
        verb, _ = past_adverbs(row, actors.end)
        return verb < len(row) and row[verb].has(
            "modal", "assign", "duty", "future", "urge", "tell", "lead", "coordinate", "manner", "do", "step", "issue"
        )

    def clause_at(self, row: Sequence[Unit], at: int) -> bool:
        """Whether a new clause with its own subject or assigning verb begins at a unit within a sentence."""
        while at + 1 < len(row) and row[at].has("link") and not row[at].has(*VERBS):
            at += 1
        if at >= len(row):
            return False
        if row[at].has("assign") and not row[at].has("do", "manner") and self._actors.at(row, at + 1) is not None:
            return True
        actors = self._actors.at(row, at)
        if actors is None:
            return False
        verb, past = past_adverbs(row, actors.end)
        if past or verb >= len(row):
            return False
        bids = row[verb].has("assign") and (actors.sort == "person" or not row[verb].has("do", "manner"))
        if row[verb].has("hand") and not bids:
            bids = self._actors.at(row, past_given(row, verb + 1)) is not None
        return bids or row[verb].has("modal", "duty", "future", "lead")

    def _with_actor(self, row: Sequence[Unit], actors: Actors, mode: Mode) -> Frame | None:
        at, past = past_adverbs(row, actors.end)
        if at >= len(row):
            return None
        if (bidding := bids_in_writing(row, at)) is not None and actors.sort != "class":
            return self._complement(row, bidding + 1, actors, row[bidding])
        verb = row[at]
        if verb.text == ":" and mode.listed and actors.sort != "person":
            return Frame(at + 1, "stated", assignees=actors)
        if verb.has("duty"):
            body = past_duty(row, at + 1)
            bound = body < len(row) and row[body].has("opener") and not row[body].has(*VERBS)
            return None if bound else Frame(body, "duty", assignees=actors)
        if verb.has("assign", "urge", "tell") and not self._acts(row, at, actors, mode):
            frame = self._complement(row, at + 1, actors, verb) if actors.sort != "class" else None
            return frame or (self._further(row, at, actors) if actors.sort in ("person", "office") else None)
        if verb.has("not"):
            return self._but(row, at, actors)
        if verb.has("able", "passive") or (verb.has("done") and not verb.has("modal")):
            return None
        if past:
            done = verb.has(*VERBS) and not verb.has("tell")
            return Frame(at, "done", assignees=actors) if done else None
        if verb.has("modal", "future"):
            body, _ = past_adverbs(row, at + 1)
            while body < len(row) and row[body].has("modal"):
                body, _ = past_adverbs(row, body + 1)
            if body >= len(row) or row[body].has("not", "copula"):
                return None
            if row[body].has("passive"):
                return Frame(body, "topic", assignees=actors) if mode.told and verb.has("modal") else None
            planned = verb.has("future") and not verb.has("modal")
            if (planned or actors.sort in ("person", "office")) and not row[body].has(*VERBS):
                return None
            return Frame(body, "planned" if planned else "obliged", assignees=actors)
        if verb.has("lead") and at + 1 < len(row) and names_partners(row, at + 1):
            return Frame(at, "led", assignees=actors)
        if verb.has(*VERBS) or verb.has("coordinate"):
            return Frame(at, "stated", assignees=actors) if mode.told or mode.listed else None
        return None

    def _further(self, row: Sequence[Unit], at: int, actors: Actors) -> Frame | None:
        """The frame of a speaker's second verb: "Thủ tướng đánh giá cao … và yêu cầu các bộ …"."""
        for index in range(at + 2, len(row) - 1):
            if row[index].has("assign") and row[index - 1].text in (",", "và") and not row[index].has("do", "manner"):
                return self._complement(row, index + 1, actors, row[index])
        return None

    def _but(self, row: Sequence[Unit], at: int, actors: Actors) -> Frame | None:
        """The obligation behind a denial: "không trực tiếp làm nhưng phải hướng dẫn"."""
        for index in range(at + 1, min(len(row) - 2, at + _REACH // 2)):
            if row[index].kind == "mark" and row[index].text != ",":
                return None
            if row[index].has("but") and row[index + 1].has("modal"):
                return Frame(index + 2, "obliged", assignees=actors)
        return None

    def _acts(self, row: Sequence[Unit], at: int, actors: Actors, mode: Mode) -> bool:
        """Whether an assigning verb is itself what is asked of the subject ("Bộ Y tế chỉ đạo các bệnh viện …")."""
        if actors.sort in ("person",):
            return False
        verb = row[at]
        if verb.has("hand") and actors.sort != "class":
            given = self._actors.at(row, past_given(row, at + 1))
            if given is not None and given.end < len(row) and row[given.end].has(*VERBS, "coordinate"):
                return False  # "UBND tỉnh giao Sở Y tế rà soát …"
        if not (mode.told or mode.listed):
            return actors.sort == "class"
        return verb.has("manner", "do") or (actors.sort == "class" and not verb.has("assign"))

    def _complement(self, row: Sequence[Unit], start: int, assigner: Actors | None, verb: Unit) -> Frame | None:
        """The frame behind an assigning verb."""
        strong = verb.has("assign")
        at = start
        while at < len(row) and (
            row[at].has("given") or row[at].text in _OPENING_MARKS or row[at].text in ",:" or row[at].has("assign")
        ):
            if row[at].has("assign"):
                strong = True
                if row[at].has("do") and self._actors.at(row, at + 1) is None:
                    break
            if row[at].has("given") and row[at].has("opener") and self._adverbial(row, at) is not None:
                break
            at += 1
        if at >= len(row):
            return Frame(len(row), "assigned", assigner=assigner, named=True) if strong else None
        inner = self._inner(row, at, strong=strong, tells=verb.has("tell"))
        if inner is None or inner.manner == "done":
            return None
        if inner.manner == "planned" and not strong:
            return replace(inner, assigner=None)
        assigned: Manner = "topic" if inner.manner == "topic" else "assigned"
        return replace(inner, manner=assigned, assigner=inner.assigner or assigner, named=True)

    def _inner(self, row: Sequence[Unit], start: int, *, strong: bool, tells: bool) -> Frame | None:
        at = self.opening(row, start)
        if at >= len(row):
            return None
        mode = Mode(told=True, listed=strong)
        actors = self._actors.at(row, at)
        if actors is not None:
            if strong and actors.end >= len(row):
                return Frame(len(row), "stated", assignees=actors)
            end = actors.end
            while end < len(row) and (row[end].has("given") or row[end].text in ",:"):
                end += 1
            if strong and end > actors.end and end < len(row) and row[end].has(*VERBS, "coordinate"):
                return Frame(end, "stated", assignees=actors)
            if strong and actors.end < len(row) and row[actors.end].text == ":":
                return Frame(actors.end + 1, "stated", assignees=actors)
            frame = self._with_actor(row, actors, mode)
            if frame is None and not tells:
                return self._topic(row, at)
            told = frame is not None and frame.manner in ("obliged", "duty", "topic", "led", "assigned")
            return frame if frame is not None and (told or not tells) else None
        if row[at].has("modal"):
            return self._without_actor(row, at, mode)
        if strong and row[at].has(*VERBS, "coordinate") and not row[at].has("tell"):
            return Frame(at, "bare")
        return self._topic(row, at)

    def _without_actor(self, row: Sequence[Unit], at: int, mode: Mode) -> Frame | None:
        unit = row[at]
        if unit.has("assign") and not unit.has("lead"):
            following = self._actors.at(row, past_given(row, at + 1))
            bids = at + 1 < len(row) and row[at + 1].has("manner", "do") and not unit.has("do", "manner")
            if following is not None or (unit.text[0].isupper() and bids):
                frame = self._complement(row, at + 1, None, unit)
                if frame is not None and frame.body < len(row):
                    return frame
        if unit.has("modal"):
            body, _ = past_adverbs(row, at + 1)
            while body < len(row) and row[body].has("modal"):
                body += 1
            if body >= len(row) or row[body].has("not", "passive"):
                return None
            return Frame(body, "obliged") if row[body].has(*VERBS) or mode.told or mode.listed else None
        if not (mode.told or mode.listed):
            return None
        if unit.has(*VERBS, "coordinate") and not (unit.has("tell") and not unit.has("do")) and not adverbial(row, at):
            topic = None if mode.listed else self._topic(row, at)
            return topic or (None if is_finite(row, at, listed=mode.listed) else Frame(at, "bare"))
        plain = unit.has("assign") and unit.text[0].isupper() and at + 1 < len(row)
        if mode.listed and plain and self._actors.at(row, at + 1) is None:
            return Frame(at, "bare")  # "Kiến nghị cơ chế ưu đãi …"
        return self._topic(row, at) if mode.told else None

    def _topic(self, row: Sequence[Unit], at: int) -> Frame | None:
        """The obligation laid on a thing: "Hạ tầng của các bộ phải …"; bodies it belongs to are the assignees."""
        for index in range(at + 1, min(len(row), at + _REACH)):
            unit = row[index]
            if unit.text in ";:" or (unit.has("done", "urge", "tell") and not unit.has("modal")):
                return None
            if not unit.has("modal"):
                continue
            body, _ = past_adverbs(row, index + 1)
            if body >= len(row) or row[body].has("not", "copula"):
                return None
            owner: Actors | None = None
            for before in range(index - 1, at, -1):
                if row[before].text.lower() == "của":
                    owner = self._actors.at(row, before + 1)
                    break
            owner = owner if owner is not None and past_adverbs(row, owner.end)[0] == index else None
            if owner is None and not (row[body].has(*VERBS, "passive") and body + 1 < len(row)):
                return None
            return Frame(body, "topic", assignees=owner)
        return None

    def _announced(self, row: Sequence[Unit], at: int) -> Frame | None:
        """ "Một nhiệm vụ mà Bộ trưởng giao cho Cục X là …": the assignment stands in a relative clause."""
        for index in range(at + 1, min(len(row) - 2, at + _REACH)):
            if not row[index].has("relative") or row[index].has("passive"):
                continue
            speaker = self._actors.at(row, index + 1)
            if (
                speaker is None
                or speaker.end >= len(row)
                or not row[past_adverbs(row, speaker.end)[0] % len(row)].has("assign")
            ):
                continue
            start = past_given(row, past_adverbs(row, speaker.end)[0] + 1)
            receiver = self._actors.at(row, start)
            if receiver is None:
                return None
            for copula in range(receiver.end, len(row)):
                if row[copula].has("copula", "do", "manner", "step"):
                    body = copula + 1 if row[copula].has("copula") else copula
                    said = speaker if speaker.sort != "class" else None
                    return Frame(body, "assigned", assigner=said, assignees=receiver, named=True)
        return None
