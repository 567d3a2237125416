"""The service does what its OpenAPI document says: requests made from the document, answers held against it."""

from contextlib import suppress
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

_CASES = 10  # for each operation and each way of making them
_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    allow_header_conformance,
]
_REPEATABLE = settings(
    max_examples=_CASES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
# What chance would not find: names of things that there are, queries, and formats to take an answer in.
_KNOWN = {
    "/queries/{name}": ["scorecard", "tasks_of_body", "coverage", "figures_about", "none"],
    "/documents/{name}": ["004_47a1449a8693186f.txt", "000_f71912697a64e5b9"],
    "/cite/{fact}": ["figure/000-3fc9f001-1", "task/000-1090733a-1.json", "figure/none-1"],
    "/context/{version}.jsonld": ["0.1.0"],
    "/ns/{version}": ["0.1.0"],
    "/id/{name}": ["org/bo-cong-an", "org", "figure/", "org/bo-cong-an.ttl"],
    "/def/{name}": ["unit", "confidence"],
    "/graph/{name}": ["register"],
    "/doc/{name}": ["id/org/bo-cong-an", "graph/register", "id/org/bo-cong-an.rdf", "id/org/bo-cong-an.jsonld"],
}
_QUERIES = ["SELECT * { ?s ?p ?o } LIMIT 3", "ASK {}", "DESCRIBE <urn:x>", "CONSTRUCT { <a> <b> 1 } {}", "ASK {"]
_ACCEPTED = [
    None, "*/*", "text/html", "application/json", "application/xml;q=0.9, text/html", "text/turtle", "text/csv",
    "application/ld+json", "application/rdf+xml", "application/sparql-results+xml", "image/png",
]  # fmt: skip


def test_answers_are_as_documented(service: str) -> None:
    """Requests as the document allows them, and such as it does not."""
    document = schemathesis.openapi.from_url(f"{service}/openapi.json")
    operations = [each.ok() for each in document.get_all_operations() if isinstance(each, Ok)]
    assert len(operations) > 20
    for operation in operations:
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):

            @_REPEATABLE
            @given(
                case=operation.as_strategy(generation_mode=mode),
                accept=st.sampled_from(_ACCEPTED),
                name=st.none() | st.sampled_from(_KNOWN.get(operation.path, [""])),
                query=st.none() | st.sampled_from(_QUERIES),
            )
            def answered_as_documented(
                case: schemathesis.Case[Any], accept: str | None, name: str | None, query: str | None
            ) -> None:
                if accept:
                    case.headers["Accept"] = accept
                if name:
                    case.path_parameters = dict.fromkeys(case.path_parameters or (), name)
                if query and case.path == "/sparql" and case.method == "GET":
                    case.query = {**(case.query or {}), "query": query}
                case.call_and_validate(checks=_CHECKS)

            with suppress(Unsatisfiable):  # nothing about a request without parameters can be wrong
                answered_as_documented()


def test_every_refusal_is_documented_as_a_problem(service: str) -> None:
    document = httpx.get(f"{service}/openapi.json").json()
    for path, operations in document["paths"].items():
        for operation in operations.values():
            statuses = operation["responses"]
            assert {"400", "406", "503"} <= statuses.keys(), path
            problems = [told["content"] for status, told in statuses.items() if "400" <= status != "416"]
            assert all("application/problem+json" in content for content in problems), path
            assert all(told["description"] for told in statuses.values())
