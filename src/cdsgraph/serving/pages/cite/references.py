"""A fact as it is cited: what a reference needs, and the reference in both languages and in common formats."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cdsgraph.serving.pages import words
from cdsgraph.text import shortened, squeeze

_YEAR: Final = re.compile(r"\d{4}")
_TEX: Final = str.maketrans({c: f"\\{c}" for c in "&%$#_{}"})


@dataclass(frozen=True, slots=True)
class Place:
    """Words of the source text and their offsets (code points, end exclusive)."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Cited:
    """What a reference needs; names by language, dates as precise as known. `work` is the text, act or register."""

    iri: str
    label: Mapping[str, str]
    work: Mapping[str, str]
    publisher: str | None
    author: str | None
    date: str | None
    bounds: tuple[str | None, str | None]
    address: str | None
    version: str
    sentence: str | None
    place: Place | None
    entry: tuple[str, str] | None

    def key(self) -> str:
        """A short key for reference lists."""
        return self.iri.rsplit("/", 1)[-1]


def reference(cited: Cited, lang: str) -> str:
    """The reference as one paragraph, ready to copy."""
    who = ", ".join(part for part in (cited.author, cited.publisher) if part)
    where = [dated(cited, lang)]
    if cited.place:
        where.append(words.plain("cite.reference.place", lang, start=cited.place.start, end=cited.place.end))
    if cited.entry:
        where.append(words.plain("cite.reference.entry", lang, file=cited.entry[0], row=cited.entry[1]))
    words_told = squeeze(cited.sentence or "").rstrip(".")
    parts = [
        cited.label[lang],
        words.plain("cite.reference.words", lang, words=words_told) if words_told else None,
        who or words.plain("cite.reference.no_publisher", lang),
        f"“{cited.work[lang]}”",
        ", ".join(where),
        cited.address,
        words.plain("cite.reference.version", lang, version=cited.version),
        cited.iri,
    ]
    return ". ".join(part for part in parts if part)


def dated(cited: Cited, lang: str) -> str:
    """The date of what is cited, else the days between which it lies, else that it is not known."""
    if cited.date:
        return words.day(cited.date, lang)
    first, last = (words.day(day, lang) if day else None for day in cited.bounds)
    if first and last:
        return words.plain("cite.reference.between", lang, first=first, last=last)
    return words.plain("cite.reference.no_date", lang)


def csl(cited: Cited, lang: str) -> dict[str, Any]:
    """The reference as CSL-JSON (https://docs.citationstyles.org)."""
    told: dict[str, Any] = {
        "id": cited.key(),
        "type": "dataset",
        "title": f"{cited.label[lang]} – “{cited.work[lang]}”",
        "URL": cited.iri,
        "version": cited.version,
        "note": squeeze(cited.sentence or ""),
    }
    if cited.publisher:
        told["publisher"] = cited.publisher
    if cited.author:
        told["author"] = [{"literal": cited.author}]
    if cited.date:
        told["issued"] = {"date-parts": [[int(part) for part in cited.date.split("-")]]}
    return {name: value for name, value in told.items() if value}


def bibtex(cited: Cited, lang: str) -> str:
    """The reference as a BibTeX entry."""
    year = _YEAR.match(cited.date or "")
    fields = {
        "title": f"{cited.label[lang]} – {cited.work[lang]}",
        "author": cited.author and f"{{{cited.author}}}",
        "howpublished": cited.publisher,
        "year": year and year[0],
        "date": cited.date,
        "url": cited.iri,
        "version": cited.version,
        "note": squeeze(cited.sentence or ""),
    }
    lines = [f"  {name} = {{{_tex(name, str(value))}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{cited.key()},", *lines, "}", ""])


def ris(cited: Cited, lang: str) -> str:
    """The reference in the RIS format."""
    fields = (
        ("TY", "DATA"), ("TI", shortened(f"{cited.label[lang]} – {cited.work[lang]}", 500)), ("AU", cited.author),
        ("PB", cited.publisher), ("DA", cited.date and cited.date.replace("-", "/")), ("ET", cited.version),
        ("UR", cited.iri), ("N1", squeeze(cited.sentence or "")), ("ER", ""),
    )  # fmt: skip
    return "".join(f"{tag}  - {squeeze(value)}\r\n" for tag, value in fields if value or (tag == "ER" and value == ""))


def _tex(name: str, text: str) -> str:
    return text if name in ("url", "author") else text.replace("\\", "").translate(_TEX)
