"""Saved queries: what the header may say, and that a value stays a value."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from cdsgraph import queries
from cdsgraph.errors import QueryError
from cdsgraph.files import Files

HEADER = """\
#+ summary_vi: Tìm theo tên
#+ summary_en: Find by name
#+ question_vi: Cái gì tên như vậy?
#+ question_en: "What has: this name?"
#+ tags: [names, search]
#+ params:
#+   - name: name
#+     type: string
#+     label: Tên
#+   - {name: kind, type: iri, default: id/org/x, label: Loại, label_en: Kind}

"""
BODY = """\
SELECT ?thing WHERE {
  ?thing a ?_kind ; <urn:p> ?_name .
  FILTER(?thing != <urn:?_name> && "?_name" != "")
} # ?_name
"""


def saved(folder: Path, text: str) -> queries.SavedQuery:
    path = folder / "by_name.rq"
    path.write_text(text, encoding="utf-8")
    return queries.read(path)


def test_read_tells_the_header(tmp_path: Path) -> None:
    query = saved(tmp_path, HEADER + BODY)
    assert (query.name, query.tags) == ("by_name", ("names", "search"))
    assert query.question_en == "What has: this name?"
    assert [(p.name, p.type, p.default, p.label_vi, p.label_en) for p in query.params] == [
        ("name", "string", None, "Tên", "Tên"),
        ("kind", "iri", "id/org/x", "Loại", "Kind"),
    ]


def test_render_replaces_parameters_and_nothing_that_looks_like_one(tmp_path: Path) -> None:
    text = saved(tmp_path, HEADER + BODY).render({"name": "x"}, base="http://h/")
    assert 'a <http://h/id/org/x> ; <urn:p> "x" .' in text
    assert '<urn:?_name> && "?_name"' in text
    assert text.endswith("# ?_name\n")


@pytest.mark.parametrize("value", ['" } DROP ALL #', "a\\", "dòng\nmới", "'''", '"""', "?_kind", "\\u0022 . ?s ?p ?o"])
def test_a_value_never_becomes_syntax(tmp_path: Path, value: str) -> None:
    query = saved(tmp_path, "#+ params:\n#+   - name: v\nSELECT ?v WHERE { BIND(?_v AS ?v) }")
    solutions = ox.Store().query(query.render({"v": value}))
    assert isinstance(solutions, ox.QuerySolutions)
    assert [solution["v"] for solution in solutions] == [ox.Literal(value)]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("iri", "http://x/> ?p ?o"),
        ("iri", ""),
        ("iri", "http://x/{"),
        ("date", "2025-02-30"),
        ("date", "1/3/2025"),
        ("number", "1; DROP"),
        ("number", "NaN"),
        ("number", "1e999999999"),
    ],
)
def test_a_value_of_another_type_is_refused(tmp_path: Path, kind: str, value: str) -> None:
    query = saved(tmp_path, f"#+ params:\n#+   - name: v\n#+     type: {kind}\nASK {{ BIND(?_v AS ?v) }}")
    with pytest.raises(QueryError, match="parameter v"):
        query.render({"v": value})


def test_a_missing_and_an_unknown_parameter_are_told(tmp_path: Path) -> None:
    query = saved(tmp_path, HEADER + BODY)
    with pytest.raises(QueryError, match="needs a value for name"):
        query.render()
    with pytest.raises(QueryError, match="no parameter nme"):
        query.render({"nme": "x"})


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("#+ summary: x\nASK {}", 1, "summary"),
        ("#+ tags: [a]\n#+ just words\nASK {}", 2, "key: value"),
        ("#+ params: name\nASK {}", 1, "list"),
        ("#+ params:\n#+   - name: N\nASK { ?_N ?p ?o }", 2, "name"),
        ("#+ params:\n#+   - name: n\n#+     type: text\nASK { ?_n ?p ?o }", 2, "type"),
        ("#+ params:\n#+   - name: n\n#+     type: date\n#+     default: soon\nASK { ?_n ?p ?o }", 2, "date"),
        ("#+ tags: [a]\n\nASK { ?s ?p ?_o }", 3, "declared"),
        ("#+ params:\n#+   - name: n\nASK {}", None, "never used"),
    ],
)
def test_a_malformed_header_is_told_with_its_line(tmp_path: Path, text: str, line: int | None, told: str) -> None:
    with pytest.raises(QueryError, match=told) as caught:
        saved(tmp_path, text)
    assert caught.value.line == line
    assert caught.value.path == tmp_path / "by_name.rq"


@pytest.mark.parametrize("name", ["no_such_query", "../pyproject", "a/b", ""])
def test_find_refuses_what_is_no_saved_query(files: Files, name: str) -> None:
    with pytest.raises(QueryError):
        queries.find(files.queries, name)


@pytest.mark.parametrize(
    ("text", "graph"),
    [
        ("# CONSTRUCT\nSELECT * {}", False),
        ("PREFIX construct: <urn:describe> ASK {}", False),
        ("CONSTRUCT WHERE { ?s ?p ?o }", True),
        ("describe <urn:select>", True),
    ],
)
def test_is_graph_query(text: str, graph: bool) -> None:
    assert queries.is_graph_query(text) is graph
