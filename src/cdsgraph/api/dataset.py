"""A built version or an RDF file, to ask from Python."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, Store
from rdflib import Graph

from cdsgraph import queries as saved_queries
from cdsgraph.api.answers import Table, table
from cdsgraph.api.citing import Citation, citation
from cdsgraph.api.records import FactRecord, fact_record
from cdsgraph.errors import DatasetError, QueryError
from cdsgraph.files import Files, locate
from cdsgraph.graph import versions
from cdsgraph.graph.dataset import load_store
from cdsgraph.graph.diff import Side
from cdsgraph.graph.evaluation import Evaluation, syntax_error
from cdsgraph.queries import SavedQuery
from cdsgraph.text import Language
from cdsgraph.vocab import DEFAULT_BASE

Given = str | int | float | Decimal | date
_RESULT_LIMIT: Final = 2_000_000_000  # bytes
_FACTS: Final = "facts.jsonl"


@dataclass(frozen=True)
class Dataset:
    """One version, read only; `open_dataset` gives it. `path` is its folder, or an RDF file.

    Queries are evaluated in this process and cannot be stopped: those of strangers belong before `cdsgraph serve`.
    """

    path: Path
    files: Files

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What the version's manifest tells (base, counts, documents …); of an RDF file only the base."""
        return versions.manifest(self.path) if self.path.is_dir() else {"base": DEFAULT_BASE}

    @property
    def version(self) -> str:
        """The name of the version: 16 hexadecimal digits; of an RDF file its name."""
        return str(self.manifest.get("version", self.path.name))

    @property
    def base(self) -> str:
        """Where the IRIs of things begin."""
        return str(self.manifest["base"])

    @cached_property
    def store(self) -> Store:
        """The statements, its default graph being the union of the named ones. Raises RdfError or DatasetError."""
        return load_store(self.path / versions.DATASET if self.path.is_dir() else self.path)

    def queries(self) -> list[SavedQuery]:
        """The saved queries with their questions and parameters, by name."""
        return saved_queries.load_all(self.files.queries)

    def query(self, query: str, /, **params: Given) -> Table:
        """The rows of a SELECT: the name of a saved query, a file ending in .rq, or SPARQL.

        A parameter is given as text (an IRI whole or from the base on), number or date. Raises QueryError, with line
        and column for SPARQL that is none.
        """
        found = self._evaluated(query, params)
        if not isinstance(found, QuerySolutions):
            raise QueryError("the query is no SELECT", remedy="ask() answers an ASK, graph() a CONSTRUCT or DESCRIBE")
        try:
            return table(found)
        except (OSError, RuntimeError) as error:
            raise QueryError(f"the query cannot be evaluated: {error}") from error

    def ask(self, query: str, /, **params: Given) -> bool:
        """The answer to an ASK. Raises QueryError."""
        found = self._evaluated(query, params)
        if not isinstance(found, QueryBoolean):
            raise QueryError("the query is no ASK", remedy="query() answers a SELECT, graph() a CONSTRUCT or DESCRIBE")
        return bool(found)

    def graph(self, query: str, /, **params: Given) -> Graph:
        """The answer to a CONSTRUCT or DESCRIBE. Raises QueryError."""
        text = self._text(query, params)
        if not saved_queries.is_graph_query(text):
            raise QueryError("the query gives no graph", remedy="query() answers a SELECT, ask() an ASK")
        evaluation = Evaluation(self.store, base=self.base, result_limit=_RESULT_LIMIT)
        body = evaluation.answer(text, results_media_type=None, graph_media_type="application/n-triples")[1]
        return Graph().parse(data=body, format="nt")

    def facts(self, *, kind: str | None = None, document: str | None = None) -> Iterator[FactRecord]:
        """The facts read from the documents, in the order of the texts; all, of a kind, or of a document by its name.

        Raises DatasetError where the dataset is a lone RDF file, or holds no document of that name.
        """
        if not (self.path / _FACTS).is_file():
            raise DatasetError("it holds no records of facts", path=self.path, remedy="open a version's folder")
        if document is not None and document not in self.manifest["documents"]:
            known = ", ".join(self.manifest["documents"])
            raise DatasetError(f"no document is named {document!r}", path=self.path, remedy=f"there are {known}")
        texts: dict[str, str] = {}
        with (self.path / _FACTS).open(encoding="utf-8") as lines:
            for line in lines:
                told = json.loads(line)
                name = told["doc"]
                if (kind is None or told["kind"] == kind) and document in (None, name):
                    if name not in texts:
                        texts[name] = self.text(name)
                    yield fact_record(told, texts[name])

    def text(self, document: str) -> str:
        """The text of a document, as the positions of facts count it. Raises DatasetError where there is none."""
        path = self.path / "documents" / versions.text_file(document)
        try:
            return path.read_text(encoding="utf-8")
        except OSError as error:
            raise DatasetError(f"the text cannot be read: {error.strerror}", path=path) from error

    def cite(self, fact: str, *, language: Language = "vi") -> Citation:
        """A figure or another fact, by its IRI (whole, or from the base on), with its sentence and a reference.

        Raises DatasetError where the dataset tells nothing of it.
        """
        iri = fact if ":" in fact.split("/", 1)[0] else self.base + fact.lstrip("/")
        texts = self.path / "documents" if self.path.is_dir() else None
        return citation(Side(self.version, self.store, texts), NamedNode(iri), language)

    def _text(self, query: str, params: dict[str, Given]) -> str:
        given = {name: value.isoformat() if isinstance(value, date) else str(value) for name, value in params.items()}
        if query.endswith(".rq") or " " not in query.strip():
            return saved_queries.find(self.files.queries, query.strip()).render(given, base=self.base)
        if given:
            raise QueryError("only a saved query or a file has parameters", remedy="write the values into the query")
        return query

    def _evaluated(self, query: str, params: dict[str, Given]) -> object:
        text = self._text(query, params)
        try:
            return self.store.query(text, base_iri=self.base)
        except SyntaxError as error:
            raise syntax_error(str(error.msg), text) from error
        except (OSError, ValueError, RuntimeError) as error:
            raise QueryError(f"the query cannot be evaluated: {error}") from error


def open_dataset(place: str | Path = "build", *, root: str | Path | None = None) -> Dataset:
    """The dataset at a place: a folder of versions (its current one), a version's folder, or an RDF file.

    `root` holds queries/ and the rest, by default the checkout that is the working directory, else the package's own.
    Raises DatasetError where nothing is built or a file of the version is damaged.
    """
    path = Path(place)
    if path.is_file():
        return Dataset(path, locate(Path(root) if root else None))
    folder = versions.within(path) if (path / versions.MANIFEST).is_file() else versions.current(path)
    if wrong := versions.damaged(folder):
        raise DatasetError(f"{wrong[0]} is damaged", path=folder, remedy="build it again with `cdsgraph build`")
    return Dataset(folder.resolve(), locate(Path(root) if root else None))
