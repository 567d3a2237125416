"""The page on how well extraction does, as Markdown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import fill
from typing import Any

from benchmarks.error_classes import Classes
from benchmarks.measuring import Measured

SOURCES, UNSEEN = "source texts", "unseen texts"
NAMES = {
    "legal_reference": "legal references",
    "entity": "entities",
    "quantity": "quantities",
    "task": "tasks",
    "role": "roles",
    "event": "events",
    "relation": "relations",
}
_ATTRIBUTES = {
    ("legal_reference", "date"): "date signed",
    ("legal_reference", "issuer"): "issuer",
    ("quantity", "role"): "part played (observed, target …)",
    ("quantity", "period"): "period",
    ("quantity", "qualifier"): "qualifier",
    ("quantity", "direction"): "direction of change",
    ("quantity", "subject"): "whom it is about",
    ("quantity", "indicator"): "what it measures",
    ("task", "deadline"): "deadline",
}
_WIDTH = 120
_MOST_ROWS = 30
_FEW = 3  # a class smaller than this stands in the last row of its table


@dataclass(slots=True)
class Coverage:
    """Cases of one phenomenon, and how many of them are read rightly."""

    cases: int = 0
    right: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """All that was measured: both sets of texts, the first without its register rows (`forgotten` of them), errors."""

    measured: dict[str, Measured]
    forgetful: Measured
    forgotten: int
    citations: dict[str, tuple[int, int]]
    missed: Classes
    spurious: Classes
    covered: dict[str, Coverage]


def page(found: Found, kept: str, today: date) -> str:
    """The whole page: figures from `found`, the known limits as they stood (`kept`)."""
    sources, unseen = found.measured[SOURCES], found.measured[UNSEEN]
    parts = [
        "# How well extraction does",
        f"""Measured on {today.day} {today:%B %Y}. `make extraction-report` measures again and writes this page, except
        the known limits at its end, which are written by hand. [reading.md](reading.md) tells how reading works.""",
        "## Method",
        _method(found),
        "## Scores by kind",
        "F1 (number annotated).",
        _kinds(found),
        f"""**Read the last column.** The rules were developed on the source texts with their annotation in view, and
        the register was written from them: the first column says only that nothing is broken. The middle column forgets
        the {found.forgotten} things that the register has from these texts; ministries, pillars and persons stay.""",
        f"Precision and recall on the unseen texts{_left_out(unseen)}:",
        _table(
            ("kind", "annotated", "read", "precision", "recall"),
            (
                (name, e["gold"], e["predicted"], _figure(e["precision"]), _figure(e["recall"]))
                for kind, name in NAMES.items()
                if (e := unseen.kinds[kind])["gold"]
            ),
        ),
        "## Scores by source text",
        "F1 (number annotated).",
        _documents(sources),
        "## What is read of a fact found",
        "Share that agrees with the annotation (facts compared).",
        _attributes(found),
        "## Citations",
        f"Of {found.citations['number'][1]} citations as printed in acts and reports elsewhere: "
        + ", ".join(f"{right} of {of} {what}s ({right / of:.1%})" for what, (right, of) in found.citations.items())
        + ". Date and issuer are judged on those whose number was read.",
        "## Errors",
        "What was missed, by what was read in its place. Examples are from the source texts.",
        _classes(found.missed),
        "What was read and is not annotated, by rule.",
        _classes(found.spurious),
        "## Numbers that are no figure",
        *_ledger(sources, unseen),
        "## Hard places of the language",
        "Cases of `tests/reading/stress.toml`: a sentence or a short passage each, and what it must give.",
        _covered(found.covered),
        "## Known limits",
        f"<!-- by hand -->\n{kept}<!-- end -->",
    ]
    return "\n\n".join(_filled(part) for part in parts) + "\n"


def _method(found: Found) -> str:
    counts = [len(each.readings) for each in found.measured.values()]
    letters = [sum(len(r.document.text) for r in each.readings) for each in found.measured.values()]
    return f"""{counts[0]} source texts ({letters[0]:,} characters), annotated outside this project, and {counts[1]}
        unseen texts ({letters[1]:,} characters; `tests/reading/unseen/`), which were written and annotated for this
        purpose before the rules were run on them. A fact read agrees with an annotated one when their spans overlap and
        what identifies it is equal: value and unit of a quantity, type and name of an entity, number and type of an
        act, person and title of a role, subject, predicate and object of a relation; a task needs half its words and an
        assignee in common, an event a third of its name. Each is matched once. Records that annotators may differ about
        are left out. There are few texts: one fact more or less moves a small kind by some hundredths."""


def _left_out(texts: Measured) -> str:
    kinds = [name for kind, name in NAMES.items() if not texts.kinds[kind]["gold"]]
    return f" (of which {', '.join(kinds)} are not annotated)" if kinds else ""


def _kinds(found: Found) -> str:
    columns = (found.measured[SOURCES], found.forgetful, found.measured[UNSEEN])
    return _table(
        ("kind", SOURCES, "without register rows seen in them", UNSEEN),
        ((name, *(_f1(each.kinds[kind]) for each in columns)) for kind, name in NAMES.items()),
    )


def _documents(sources: Measured) -> str:
    return _table(
        ("text", *NAMES.values()),
        ((doc.split("_")[0], *(_f1(kinds[kind]) for kind in NAMES)) for doc, kinds in sources.by_document.items()),
    )


def _attributes(found: Found) -> str:
    def share(texts: Measured, kind: str, attribute: str) -> str:
        told = texts.kinds[kind]["attributes"][attribute]
        return f"{_figure(told['accuracy'])} ({told['n']})"

    def assignees(texts: Measured) -> str:
        told = texts.kinds["task"]["attributes"]["assignees"]
        return f"{_figure(told['f1'])} ({told['n']})"

    rows = [
        (NAMES[kind], name, *(share(each, kind, attribute) for each in found.measured.values()))
        for (kind, attribute), name in _ATTRIBUTES.items()
    ]
    rows.append((NAMES["task"], "assignees (F1)", *map(assignees, found.measured.values())))
    return _table(("kind", "attribute", *found.measured), rows)


def _classes(classes: Classes) -> str:
    if not classes:
        return "None."
    shown = [key for key in classes if sum(classes[key].counts.values()) >= _FEW][:_MOST_ROWS]
    rows: list[Sequence[object]] = [
        (NAMES[kind], why, classes[kind, why].counts[SOURCES], classes[kind, why].counts[UNSEEN],
         f"“{classes[kind, why].example}”" if classes[kind, why].example else "")
        for kind, why in shown
    ]  # fmt: skip
    rest = [each for key, each in classes.items() if key not in shown]
    if rest:
        sums = (sum(each.counts[name] for each in rest) for name in (SOURCES, UNSEEN))
        rows.append(("other", f"{len(rest)} smaller classes", *sums, ""))
    return _table(("kind", "class", SOURCES, UNSEEN, "example"), rows)


def _ledger(sources: Measured, unseen: Measured) -> list[str]:
    def unknown(texts: Measured) -> str:
        figures = sum(each["kind"] == "quantity" for each in texts.found)
        numbers = sum(texts.ledger.values()) + figures
        return f"{texts.ledger[None]} of {numbers} numbers ({texts.ledger[None] / numbers:.1%})"

    reasons = sorted(
        {reason for texts in (sources, unseen) for reason in texts.ledger if reason is not None},
        key=lambda reason: (-sources.ledger[reason] - unseen.ledger[reason], reason),
    )
    rows = [(reason, sources.ledger[reason], unseen.ledger[reason]) for reason in reasons]
    rows.append(("**not understood**", sources.ledger[None], unseen.ledger[None]))
    told = (
        f"Every number that became no figure is listed with what it is. Not understood are {unknown(sources)} in the "
        f"source texts and {unknown(unseen)} in the unseen ones."
    )
    return [told, _table(("what it is", SOURCES, UNSEEN), rows)]


def _covered(covered: dict[str, Coverage]) -> str:
    rows = [(name, each.cases, each.right) for name, each in sorted(covered.items())]
    rows.append(("**all**", sum(each.cases for each in covered.values()), sum(each.right for each in covered.values())))
    return _table(("phenomenon", "cases", "read rightly"), rows)


def _f1(account: dict[str, Any]) -> str:
    return f"{_figure(account['f1'] if account['gold'] else None)} ({account['gold']})"


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |".replace("|  |", "| |") for line in lines)


def _filled(part: str) -> str:
    """A paragraph in lines of at most 120 characters; tables, headings and what stands by hand are left as they are."""
    return (
        part
        if part.startswith(("#", "|", "<!--"))
        else fill(" ".join(part.split()), _WIDTH, break_long_words=False, break_on_hyphens=False)
    )
