"""What an operator sees and sets: the log, the metrics, the rate limit."""

import json
import re
import shutil
import subprocess
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
from prometheus_client.parser import text_string_to_metric_families

from cdsgraph.cli import app as commands
from cdsgraph.errors import CdsgraphError
from cdsgraph.serving.app import create_app
from cdsgraph.serving.settings import Settings
from tests.service import ROOT
from tests.serving.conftest import serving

QUERY = "SELECT ?s WHERE { ?s ?p 'không có' }"


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def test_the_log_has_a_line_a_request_without_the_words_of_queries(dataset: Path, tmp_path: Path) -> None:
    log = tmp_path / "requests.jsonl"
    with serving(Settings(dataset=dataset, log=str(log))) as client:
        for _ in range(2):
            client.get("/sparql", params={"query": QUERY}, headers={"X-Request-ID": "abc-1"})
        client.get("/doc/id/org/bo-cong-an.ttl")
        client.get("/nothing/here/at/all")
    first, second, thing, missing = lines(log)
    assert (first["id"], first["route"], first["status"], first["rows"]) == ("abc-1", "/sparql", 200, 0)
    assert (first["cache"], second["cache"]) == ("worker", "cache")
    assert first["query_sha256"] == sha256(QUERY.encode()).hexdigest()
    assert "không có" not in log.read_text(encoding="utf-8")
    assert thing["route"] == "/doc/{name:path}"
    assert thing["bytes"] > 0
    assert missing["status"] == 404
    assert all(line["ms"] >= 0 and re.match(r"\d{4}-\d\d-\d\dT", line["time"]) for line in lines(log))


def test_the_words_of_queries_are_logged_if_asked(dataset: Path, tmp_path: Path) -> None:
    log = tmp_path / "requests.jsonl"
    with serving(Settings(dataset=dataset, log=str(log), log_queries=True)) as client:
        client.post("/sparql", content=QUERY, headers={"Content-Type": "application/sparql-query"})
    assert lines(log)[0]["query"] == QUERY


@pytest.mark.parametrize(
    ("accept", "rows"),
    [
        ("application/sparql-results+json", 5),
        ("application/sparql-results+xml", 5),
        ("text/tab-separated-values", 5),
    ],
)
def test_the_log_counts_rows(dataset: Path, tmp_path: Path, accept: str, rows: int) -> None:
    log = tmp_path / "requests.jsonl"
    with serving(Settings(dataset=dataset, log=str(log))) as client:
        client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }"}, headers={"Accept": accept})
    assert lines(log)[0]["rows"] == rows


def test_every_answer_names_its_request(client: httpx.Client) -> None:
    assert client.get("/health", headers={"X-Request-ID": "mine.1"}).headers["X-Request-ID"] == "mine.1"
    made = client.get("/health", headers={"X-Request-ID": "no good\tid"}).headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{16}", made)


def test_a_log_that_cannot_be_written_is_told_at_once(dataset: Path, tmp_path: Path) -> None:
    with pytest.raises(CdsgraphError, match="the log cannot be written"):
        create_app(Settings(dataset=dataset, log=str(tmp_path / "no" / "such")))


def test_metrics_are_read_by_the_reference_parser(dataset: Path) -> None:
    with serving(Settings(dataset=dataset, workers=1)) as client:
        for _ in range(3):
            client.get("/sparql", params={"query": QUERY})
        answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    samples = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    labels = (("method", "GET"), ("route", "/sparql"), ("status", "200"))
    assert samples["cdsgraph_requests_total", labels] == 3
    assert samples["cdsgraph_query_answers_total", (("origin", "worker"),)] == 1
    assert samples["cdsgraph_query_answers_total", (("origin", "cache"),)] == 2
    assert samples["cdsgraph_workers", ()] == 1
    assert samples["cdsgraph_degraded", ()] == 0
    assert samples["process_resident_memory_bytes", ()] > 0


def test_a_client_that_asks_too_much_is_told_when_to_ask_again(dataset: Path) -> None:
    with serving(Settings(dataset=dataset, rate_limit="3/hour")) as client:
        assert [client.get("/queries").status_code for _ in range(3)] == [200, 200, 200]
        refused = client.get("/queries")
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 3600
        assert refused.json()["status"] == 429
        assert client.get("/health").status_code == 200, "who watches the service is not limited"


def test_a_rate_limit_that_says_nothing_is_refused(dataset: Path) -> None:
    with pytest.raises(CdsgraphError, match="is no rate limit"):
        create_app(Settings(dataset=dataset, rate_limit="many"))


def test_the_settings_in_the_documentation_are_those_there_are() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `CDSGRAPH_(\w+)` \| (?:`(--[\w-]+)`)?[^|]*\|[^|]+\| (?:`([^`]+)`)?", text, re.MULTILINE)
    told = {name.lower(): (option, default) for name, option, default in rows}
    # Set by the command itself: what stands in for what, and the base of a file that has no manifest.
    known = {field.name: field.default for field in fields(Settings)}
    assert told.keys() - {"out"} == known.keys() - {"base", "instead_of", "follow"}
    command = getattr(typer.main.get_command(commands), "commands")["serve"]  # noqa: B009  # click types it wider
    options = {option: parameter for parameter in command.params for option in parameter.opts}
    for name, (option, default) in told.items():
        if option and option != "--root":
            assert options[option].envvar == f"CDSGRAPH_{name.upper()}"
            assert str(options[option].default or "") in (default, "", "False"), name
        elif default:
            assert str(known[name]) == default, name


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    unit = tmp_path / "cdsgraph.service"
    text = (ROOT / "deploy" / "cdsgraph.service").read_text(encoding="utf-8")
    unit.write_text(text.replace("/opt/cdsgraph/bin/cdsgraph", shutil.which("true") or "/bin/true"), encoding="utf-8")
    found = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert "cdsgraph.service" not in found.stderr, found.stderr


def test_the_container_copies_what_there_is_and_runs_without_rights() -> None:
    text = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        for source in sources.split():
            assert (ROOT / source).exists(), source
    last = text.split("\nFROM ")[-1]
    assert re.search(r"^USER (?!root)\w+$", last, re.MULTILINE)
    used = set(re.findall(r"CDSGRAPH_(\w+)=", text))
    assert used <= {field.name.upper() for field in fields(Settings)} | {"OUT"}
