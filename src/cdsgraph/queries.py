"""Saved SPARQL queries: read `queries/*.rq`, put parameters in as terms.

A file starts with header lines `#+` (a small part of YAML in comments, as grlc does it):

    #+ summary_vi: Số liệu của một chỉ tiêu, mới nhất trước
    #+ summary_en: Figures of an indicator, newest first
    #+ question_vi: Chỉ tiêu này đã có những giá trị nào?
    #+ question_en: Which values has this indicator had?
    #+ tags: [figures]
    #+ params:
    #+   - name: indicator
    #+     type: iri
    #+     default: def/indicator/ty-trong-kinh-te-so-gdp
    #+     label: Chỉ tiêu
    #+     label_en: Indicator

In the query a parameter is written as the variable `?_indicator`. Before the query is sent, each one that stands
outside strings, IRIs and comments is replaced by a serialised term, so the text that leaves is plain SPARQL 1.1 for
any endpoint and any query form, and a value can never become syntax. A parameter therefore cannot be projected; to see
it among the results, `BIND(?_indicator AS ?indicator)`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, Literal, get_args

from pyoxigraph import Literal as RdfLiteral
from pyoxigraph import NamedNode

from cdsgraph.errors import QueryError
from cdsgraph.vocab import DEFAULT_BASE, RDF, XSD, rebase

ParameterType = Literal["iri", "string", "date", "number"]

_TEXTS: Final = ("summary_vi", "summary_en", "question_vi", "question_en")
_PARAMETER_KEYS: Final = frozenset({"name", "type", "default", "label", "label_en"})
_NAME = re.compile(r"[a-z][A-Za-z0-9_]*$")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|\\^`\x00-\x20]*$")
_PREFIX = re.compile(r"\bPREFIX\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE)
_PREFIXED = re.compile(r"(?<![\w?$:-])([A-Za-z][\w-]*|):([\w-]+)")
_PAIR = re.compile(r"([a-z_]+):(?:\s+(.*))?$")
# What may hold `?_name` without meaning it (strings, IRIs, comments) comes first; the last branch is a parameter.
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    r"|<[^<>\"{}|^`\\\x00-\x20]*>"
    r"|\#[^\n]*"
    r"|[?$]_(?P<name>\w+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value the caller may give; without a default it must be given."""

    name: str
    type: ParameterType
    default: str | None
    label_vi: str
    label_en: str

    def term(self, value: str, base: str) -> NamedNode | RdfLiteral:
        """The value as an RDF term; an IRI may be written relative to the base (`id/org/…`). Raises QueryError."""
        value = value.strip() if self.type != "string" else value
        match self.type:
            case "iri":
                iri = value if ":" in value.split("/", 1)[0] else base + value.lstrip("/")
                try:
                    if not value or not _IRI.match(iri):
                        raise ValueError(iri)
                    return NamedNode(iri)
                except ValueError as error:
                    raise QueryError(f"parameter {self.name}: not an IRI: {value!r}") from error
            case "date":
                try:
                    return RdfLiteral(date.fromisoformat(value).isoformat(), datatype=NamedNode(XSD + "date"))
                except ValueError as error:
                    raise QueryError(f"parameter {self.name}: not a date (YYYY-MM-DD): {value!r}") from error
            case "number":
                try:
                    number = Decimal(value)
                except InvalidOperation as error:
                    raise QueryError(f"parameter {self.name}: not a number: {value!r}") from error
                if not number.is_finite() or abs(number.adjusted()) > 100:
                    raise QueryError(f"parameter {self.name}: not a number: {value!r}")
                return RdfLiteral(f"{number:f}", datatype=NamedNode(XSD + "decimal"))
            case "string":
                return RdfLiteral(value)


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """One file of `queries/`: its name is the file's, its text is as written, parameters still in it.

    `part` and `follows` are said of rules of derivation only (graph/query_rules.py).
    """

    name: str
    path: Path
    text: str
    summary_vi: str
    summary_en: str
    question_vi: str
    question_en: str
    tags: tuple[str, ...]
    params: tuple[Parameter, ...]
    part: str = ""
    follows: tuple[str, ...] = ()

    def render(self, values: Mapping[str, str] | None = None, *, base: str = DEFAULT_BASE) -> str:
        """SPARQL 1.1 text with every parameter replaced by its value or default, and the default base by `base`.

        Raises QueryError for an unknown parameter, a missing one, or a value that is not of its type.
        """
        given = dict(values or {})
        known = {each.name: each for each in self.params}
        for name in given:
            if name not in known:
                offer = ", ".join(known) or "none"
                raise QueryError(f"{self.name} has no parameter {name}", remedy=f"its parameters: {offer}")
        terms: dict[str, str] = {}
        for name, parameter in known.items():
            value = given.get(name, parameter.default)
            if value is None:
                raise QueryError(f"{self.name} needs a value for {name}", remedy=f"give {name}={parameter.type}")
            terms[name] = str(parameter.term(value, base))
        return _TOKEN.sub(lambda m: terms[m["name"]] if m["name"] else m[0], rebase(self.text, base))


def load_all(folder: Path) -> list[SavedQuery]:
    """Every query of a folder, in order of names. Raises QueryError with file and line."""
    return [read(path) for path in sorted(folder.glob("*.rq"))]


_LONGEST_NAME: Final = 80  # characters; no file can have a name of any length


def find(folder: Path, name: str) -> SavedQuery:
    """The saved query of that name, or the query in a file ending in .rq. Raises QueryError when there is none."""
    if name.endswith(".rq"):
        return read(Path(name))
    path = folder / f"{name}.rq"
    if len(name) > _LONGEST_NAME or not re.fullmatch(r"\w+(?:-\w+)*", name) or not path.is_file():
        raise QueryError(
            f"no saved query is named {name[:_LONGEST_NAME]!r}", remedy="see their names with `cdsgraph query --list`"
        )
    return read(path)


def without_header(text: str) -> str:
    """The query below its `#+` lines."""
    return re.sub(r"^#\+[^\n]*\n?", "", text, flags=re.MULTILINE).strip() + "\n"


def is_graph_query(text: str) -> bool:
    """Whether a query is a CONSTRUCT or DESCRIBE, whose answer is a graph."""
    plain = re.sub(_TOKEN, " ", text)
    found = re.search(r"(?<![\w?$:-])(?:SELECT|ASK|CONSTRUCT|DESCRIBE)\b(?!\s*:)", plain, re.IGNORECASE)
    return found is not None and found[0].upper() in ("CONSTRUCT", "DESCRIBE")


def names_in_pattern(text: str) -> set[str]:
    """The IRIs of the prefixed names behind the first WHERE of a query, outside strings and comments, and of `a`."""
    declared = {match[1]: match[2] for match in _PREFIX.finditer(text)}
    pattern = re.split(r"\bWHERE\b", re.sub(_TOKEN, " ", text), maxsplit=1)[-1]
    found = {declared[m[1]] + m[2] for m in _PREFIXED.finditer(pattern) if m[1] in declared}
    return found | ({RDF + "type"} if re.search(r"(?<=\s)a(?=\s)", pattern) else set())


def read(path: Path) -> SavedQuery:
    """One query file. Raises QueryError with file and line when the header or a parameter is not as it should be."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise QueryError(
            f"cannot be read: {told}", path=path, remedy="name a file that holds a SPARQL query"
        ) from error
    header = _Header(path, text)
    query = SavedQuery(
        name=path.stem,
        path=path,
        text=text,
        tags=header.tags,
        params=header.params,
        summary_vi=header.texts["summary_vi"] or path.stem,
        summary_en=header.texts["summary_en"] or header.texts["summary_vi"] or path.stem,
        question_vi=header.texts["question_vi"],
        question_en=header.texts["question_en"],
        part=header.part,
        follows=header.follows,
    )
    _check_use(query)
    return query


def _check_use(query: SavedQuery) -> None:
    declared = {parameter.name for parameter in query.params}
    used = set()
    for match in _TOKEN.finditer(query.text):
        if name := match["name"]:
            used.add(name)
            if name not in declared:
                line = query.text.count("\n", 0, match.start()) + 1
                raise QueryError(f"?_{name} is not declared under params", path=query.path, line=line)
    if unused := sorted(declared - used):
        raise QueryError(f"parameter {unused[0]} is declared and never used as ?_{unused[0]}", path=query.path)


def _listed(value: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in value.strip("[]").split(",") if each.strip())


class _Header:
    """The `#+` lines of one file: texts, tags and parameters; a query without a header is one without parameters."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self.texts = dict.fromkeys(_TEXTS, "")
        self.tags: tuple[str, ...] = ()
        self.part = ""
        self.follows: tuple[str, ...] = ()
        items: list[tuple[int, dict[str, str]]] = []
        within_params = False
        for number, line in enumerate(text.splitlines(), 1):
            if not line.startswith("#+"):
                continue
            content = line[2:].strip()
            if not content:
                continue
            if within_params and content.startswith("- "):
                items.append((number, {}))
                content = content[2:].strip()
                if content.startswith("{") and content.endswith("}"):
                    for part in re.split(r",\s*(?=[a-z_]+:)", content[1:-1]):
                        self._put(items[-1][1], part.strip(), number)
                    continue
            key, value = self._pair(content, number)
            if within_params and items and key in _PARAMETER_KEYS:
                items[-1][1][key] = value
                continue
            within_params = key == "params"
            if within_params:
                if value not in ("", "[]"):
                    raise self._error("params is a list: one `- name: …` a parameter", number)
            elif key == "tags":
                self.tags = _listed(value)
            elif key == "part":
                self.part = value
            elif key == "follows":
                self.follows = _listed(value)
            elif key in self.texts:
                self.texts[key] = value
            else:
                raise self._error(f"unknown header line {key}", number)
        self.params = tuple(self._parameter(fields, number) for number, fields in items)

    def _error(self, message: str, line: int) -> QueryError:
        return QueryError(
            message, path=self._path, line=line, remedy="see the head of cdsgraph/queries.py for the form"
        )

    def _pair(self, content: str, line: int) -> tuple[str, str]:
        match = _PAIR.match(content)
        if not match:
            raise self._error(f"not `key: value`: {content}", line)
        value = (match[2] or "").strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        return match[1], value

    def _put(self, fields: dict[str, str], content: str, line: int) -> None:
        key, value = self._pair(content, line)
        if key not in _PARAMETER_KEYS:
            raise self._error(f"unknown field {key} of a parameter", line)
        fields[key] = value

    def _parameter(self, fields: Mapping[str, str], line: int) -> Parameter:
        name, kind = fields.get("name", ""), fields.get("type", "string")
        if not _NAME.match(name):
            raise self._error(
                f"a parameter needs a name of letters, digits and _, a small letter first: {name!r}", line
            )
        if kind not in get_args(ParameterType):
            raise self._error(f"parameter {name}: type is one of {', '.join(get_args(ParameterType))}", line)
        label = fields.get("label") or name
        typed: ParameterType = kind  # type: ignore[assignment]  # checked against the literals just above
        parameter = Parameter(name, typed, fields.get("default"), label, fields.get("label_en") or label)
        if parameter.default is not None:
            try:
                parameter.term(parameter.default, DEFAULT_BASE)
            except QueryError as error:
                raise self._error(error.message, line) from error
        return parameter
