"""Sorts what was missed and what was read too much into classes that tell where to look."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.measuring import Measured

_LONGEST_EXAMPLE = 60


@dataclass(slots=True)
class Class:
    """One class of errors: how many there are in each set of texts, and one example."""

    counts: Counter[str] = field(default_factory=Counter)
    example: str = ""


Classes = dict[tuple[str, str], Class]


def missed(measured: dict[str, Measured], shown: str) -> Classes:
    """What annotated facts were not found, by kind and by what stands in their place; examples only from `shown`."""
    return _sorted_out(measured, shown, "missed", _why_missed)


def spurious(measured: dict[str, Measured], shown: str) -> Classes:
    """What was read though it is not annotated, by kind and rule; examples only from `shown`."""
    return _sorted_out(measured, shown, "spurious", _why_spurious)


def _sorted_out(
    measured: dict[str, Measured], shown: str, what: str, why: Callable[[Measured, str, dict[str, Any]], str]
) -> Classes:
    classes: Classes = defaultdict(Class)
    for name, texts in measured.items():
        for kind, account in texts.kinds.items():
            if not account["gold"]:
                continue  # nobody annotated them
            for error in account[what]:
                known = classes[kind, why(texts, kind, error)]
                known.counts[name] += 1
                if name == shown and not known.example:
                    known.example = _short(error["quote"])
    order = sorted(classes, key=lambda key: (key[0], -sum(classes[key].counts.values()), key[1]))
    return {key: classes[key] for key in order}


def _why_missed(texts: Measured, kind: str, error: dict[str, Any]) -> str:
    there = [each for each in texts.found if _meet(each, error)]
    spurious = {each["where"] for each in texts.kinds[kind]["spurious"]}
    if any(each["_where"] in spurious for each in there):
        return "read there with other fields"
    if any(each["kind"] == kind for each in there):
        return "read there for another fact only"
    for reading in texts.readings:
        if reading.document.name.removesuffix(".txt") == error["doc"] and kind == "quantity":
            for number in reading.numbers:
                if number.span.start < error["end"] and error["start"] < number.span.end:
                    return f"number held to be: {number.reason or 'not understood'}"
    return "nothing of its kind read there"


def _why_spurious(texts: Measured, kind: str, error: dict[str, Any]) -> str:
    rule = next(each["rule"] for each in texts.found if each["_where"] == error["where"])
    near = any(each["kind"] == kind and _meet(each, error) for each in texts.annotated)
    return f"{rule}: {'other fields than annotated' if near else 'nothing annotated there'}"


def _meet(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["doc"] == other["doc"] and one["start"] < other["end"] and other["start"] < one["end"])


def _short(quote: str) -> str:
    words = " ".join(quote.split()).replace("|", "/")
    return words if len(words) <= _LONGEST_EXAMPLE else f"{words[: _LONGEST_EXAMPLE - 1]}…"
