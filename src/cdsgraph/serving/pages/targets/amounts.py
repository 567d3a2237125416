"""Amounts of the scorecard the way a reader writes them: with their unit, what a target asks for, how far it is."""

from collections.abc import Mapping

from cdsgraph.serving.pages import words
from cdsgraph.serving.pages.rendering import Reader

Row = Mapping[str, str]


def amount(value: str, row: Row, reader: Reader) -> str:
    """A number in the unit of a row of the scorecard."""
    return _with_unit("targets.unit", value, row.get("unitIri", ""), row.get("unit", ""), reader)


def goal(row: Row, reader: Reader) -> str:
    """What a target asks for: its sign in words, its number or range, its unit."""
    value = row["goal"]
    if "goalTo" in row:
        lower = words.decimal(value, reader.lang)
        return f"{lower}–{amount(row['goalTo'], row, reader)}"
    told = amount(value, row, reader)
    sign = f"targets.sign.{_end(row.get('comparatorIri', ''))}"
    for key in (f"{sign}.{_end(row.get('unitIri', ''))}", sign):
        if words.has_word(key):
            return str(reader.word(key, amount=told))
    return told


def measured(row: Row, reader: Reader) -> str:
    """The latest figure: as printed where a text printed it."""
    return row.get("printed") or amount(row["latest"], row, reader)


def gap(row: Row, reader: Reader) -> str:
    """How far it is to the target, or beyond it, in words; empty where no gap is told."""
    if "gap" not in row:
        return ""
    size = row["gap"].lstrip("-")
    told = _with_unit("targets.gap_unit", size, row.get("gapUnitIri", ""), row.get("gapUnit", ""), reader)
    if not size.strip("0."):
        return str(reader.word("targets.gap.none"))
    return str(reader.word("targets.gap.beyond" if row["gap"].startswith("-") else "targets.gap.short", amount=told))


def _with_unit(keys: str, value: str, unit: str, name: str, reader: Reader) -> str:
    number = words.decimal(value, reader.lang)
    key = f"{keys}.{_end(unit)}"
    if not words.has_word(key):
        key = f"{keys}.other"
    return str(reader.word(key, value=number, unit=name))


def _end(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]
