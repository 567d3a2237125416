"""Frames, compiled: how a sentence says that one named thing stands to another, or how far an act has come.

The tables relation_frames and stage_frames of data/rules/ hold them; the head of the first tells how they are written.

A frame is matched against a sentence written token by token (`frame_sentences`): words by their keys, each named
thing as one sign of its kind, a blank behind every token.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, cast, get_args

from cdsgraph.errors import RulesError
from cdsgraph.reading.numbers import NumberWords
from cdsgraph.reading.phrases import tokens
from cdsgraph.reading.view import lookup_key
from cdsgraph.reading.wordlists import read_table

Aspect = Literal["done", "clear", "plain", "local", "any"]
BREAK: Final = "|"  # the end of a cell or line: nothing reaches over it
NUMBER: Final = "\ue0ff"
_FIRST_SIGN: Final = 0xE000
_ANY_SIGN: Final = r"\ue000-\ue0fe"
_HARD: Final = r".;:!?…|()\[\]"
# {S:group+}, {S=name}, (a|b), literal words; "!" before, "?" behind.
_PART = re.compile(r"\(\{[^}]*\}\)\?|\{[^}]*\}\??|!?\([^)]*\)\??|[^\s]+")
_SLOT = re.compile(r"\{(?P<side>[SORP]):(?P<group>\w+)(?P<many>\+{0,2})\}")
_FAR_FIRST = re.compile(r"\{[^}]*\} …… ")
_FIXED = re.compile(r"\{S=([^}]+)\}\s*")
_WORD = rf"[^\s{_ANY_SIGN}\d,{_HARD}]\S* "
_GAPS: Final = {"…": rf"(?:[^{_ANY_SIGN}{_HARD}]\S* ){{0,18}}?", "……": rf"(?:[^{_HARD}]\S* ){{0,30}}?"}
_PHRASES: Final = {"words": "", "counted": f"{NUMBER} "}  # what common nouns on side O begin with
_LONGEST_PHRASE: Final = 9
_UNNAMED: Final = frozenset({"topic", "government_body"})  # found by words: ideas, offices that act like bodies


@dataclass(frozen=True)
class Frame:
    """One way to state something.

    `states` is what (a predicate, a stage); `form` a pattern; `triggers` the keys of the words that it turns on;
    `needs` the kinds of things of which one must be named on each side; `phrase` the kind of common nouns that side O
    takes; `subject` the one that goes without saying; `nearest` that other named things may stand behind the first
    side, of which then the nearest to the verb is meant.
    """

    states: str
    aspect: Aspect
    form: str
    triggers: tuple[str, ...]
    needs: tuple[frozenset[str], ...]
    without: tuple[str, ...]
    phrase: str | None
    subject: str | None
    ungoverned: bool
    nearest: bool

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The form as a pattern, compiled when it is first needed."""
        return re.compile(r"(?<!\S)" + self.form)

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """Where a sentence written for matching fills the form; a match may begin within the one before."""
        match = self.pattern.search(text)
        while match is not None:
            yield match
            match = self.pattern.search(text, match.start() + 1)


@dataclass(frozen=True, slots=True)
class Grammar:
    """What all frames share: the sign that each kind of thing is written as, and the words that frames go by."""

    signs: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]
    _maker: "_Maker"

    @classmethod
    def load(cls, rules: Path, numbers: NumberWords) -> "Grammar":
        """The tables frame_groups and frame_words, and the words that count. Raises RulesError for a malformed one."""
        groups: dict[str, list[str]] = {}
        for row in read_table(rules, "frame_groups", ("group", "kind")):
            groups.setdefault(row["group"], []).append(row["kind"])
        kinds = sorted({kind for listed in groups.values() for kind in listed} | {"person", "place", "other"})
        signs = {kind: chr(_FIRST_SIGN + number) for number, kind in enumerate(kinds)}
        words: dict[str, tuple[str, ...]] = {}
        for row in read_table(rules, "frame_words", ("word", "use")):
            words[row["use"]] = (*words.get(row["use"], ()), row["word"])
        of = {group: frozenset(listed) for group, listed in groups.items()}
        members = {group: "".join(signs[kind] for kind in listed) for group, listed in groups.items()}
        bodies = _listed(f"[{members['body']}] ", "+", words["joint"])
        owners = [f"{re.escape(keys(word))}{bodies}" for word in (*words["owner"], *words["partner"])]
        light = _either((*words["light"], *words["done"]))
        filler = "|".join([light, *owners, f"[{signs['person']}{signs['place']}] "])
        return cls(signs, words, _Maker(members, of, filler, _either(numbers.digits), words["joint"]))

    def frames(self, rules: Path, table: str, states: str, allowed: tuple[str, ...]) -> tuple[Frame, ...]:
        """The frames of a table; `states` is the column that says what they state, one of `allowed`.

        Raises RulesError for a malformed table.
        """
        path = rules / f"{table}.csv"
        rows = read_table(rules, table, (states, "aspect", "form", "without"))
        for row in rows:
            if row[states] not in allowed or row["aspect"] not in get_args(Aspect):
                raise RulesError(
                    f"unknown {states} or aspect: {row[states]}, {row['aspect']}",
                    path=path,
                    remedy=f"write one of {', '.join(allowed)}; {', '.join(get_args(Aspect))}",
                )
        return tuple(self._maker.frame(row, row[states], path) for row in rows)


def keys(words: str) -> str:
    """Words as they are written in a sentence for matching."""
    return "".join(f"{token.key} " for token in tokens(words, 0, len(words)))


@dataclass(frozen=True, slots=True)
class _Maker:
    """Compiles frames: the signs and the kinds that may stand for a group, light words, words that count."""

    groups: Mapping[str, str]
    kinds: Mapping[str, frozenset[str]]
    filler: str
    counting: str
    joints: tuple[str, ...]

    def frame(self, row: Mapping[str, str], states: str, path: Path) -> Frame:
        """The frame of a row. Raises RulesError for an unknown group, or where it turns on nothing."""
        form = row["form"]
        fixed = _FIXED.match(form)
        form = form[fixed.end() :] if fixed else form
        ungoverned = form.startswith("^ ")
        phrase: str | None = None
        triggers: tuple[str, ...] = ()
        needs: list[frozenset[str]] = []
        pieces: list[str] = []
        for part in _PART.findall(form.removeprefix("^ ")):
            maybe = part.startswith("({")
            slot = _SLOT.fullmatch(part[1:-2] if maybe else part)
            if slot is not None and slot["group"] in _PHRASES:
                phrase = slot["group"]
                phrase_of = f"{_PHRASES[phrase]}(?:(?!{_either(self.joints)}){_WORD}){{1,{_LONGEST_PHRASE}}}"
                pieces.append(f"(?P<O>{_listed(phrase_of, slot['many'], self.joints)})")
            elif slot is not None:
                if slot["group"] not in self.groups:
                    raise RulesError(f"unknown group {slot['group']!r}", path=path, remedy="add it to frame_groups")
                item = f"[{self.groups[slot['group']]}] "
                if not maybe and not (of := self.kinds[slot["group"]]) & _UNNAMED:
                    needs.append(of)
                pieces.append(f"(?P<{slot['side']}>{_listed(item, slot['many'], self.joints)})" + "?" * maybe)
            elif part.startswith("!"):
                triggers = _options(part[1:])
                pieces.append(f"(?P<V>{_words(part[1:])})")
            else:
                pieces.append(self._plain(part))
        if not triggers:
            raise RulesError(f"the frame turns on nothing: {row['form']}", path=path, remedy="mark a word with !")
        return Frame(
            states=states,
            aspect=cast(Aspect, row["aspect"]),
            form="".join(pieces),
            triggers=tuple(lookup_key(_bracketed(word)) for word in triggers),
            needs=tuple(needs),
            without=tuple(keys(word) for word in filter(None, row["without"].split("|"))),
            phrase=phrase,
            subject=fixed[1] if fixed else None,
            ungoverned=ungoverned,
            nearest=_FAR_FIRST.match(form) is not None,
        )

    def _plain(self, part: str) -> str:
        if part in _GAPS:
            return _GAPS[part]
        if part == "~":
            return f"(?:{self.filler}){{0,7}}"
        if part.startswith("{N}"):
            return rf"(?:{NUMBER} |{self.counting})" + part.removeprefix("{N}")
        return _words(part)


def _options(part: str) -> tuple[str, ...]:
    """The ways to say one part of a form: "(gồm|bao gồm)" has two, a plain word one."""
    return tuple(part.strip("()?").split("|")) if part.startswith("(") else (part.rstrip("?"),)


def _bracketed(words: str) -> str:
    return words.replace("[", "(").replace("]", ")")


def _words(part: str) -> str:
    return _either(map(_bracketed, _options(part))) + ("?" if part.endswith("?") and part.startswith("(") else "")


def _listed(item: str, many: str, joints: tuple[str, ...]) -> str:
    """One item, or ("+") a list of them, or ("++") a list of two at least."""
    if not many:
        return item
    # A mark or a word stands between two items, or both.
    between = f"(?:[,;] {_either(joints)}?|{_either(joints)})"
    return f"{item}(?:{between}{item})" + ("+" if many == "++" else "*")


def _either(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(sorted((re.escape(keys(word)) for word in words), key=len, reverse=True))})"
