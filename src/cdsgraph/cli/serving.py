"""`cdsgraph serve`: the service on a port, over the current version or any RDF file."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cdsgraph.cli import building, terminal
from cdsgraph.cli.options import Base, EndpointUrl, Out, Password, Retries, Token, User, checked_url
from cdsgraph.graph import versions
from cdsgraph.vocab import DEFAULT_BASE

if TYPE_CHECKING:
    from types import ModuleType

    from cdsgraph.serving.settings import Settings


def serve(
    dataset: Annotated[
        Path | None,
        typer.Option("--dataset", envvar="CDSGRAPH_DATASET", help="A version's folder or an RDF file."),
    ] = None,
    host: Annotated[str, typer.Option("--host", envvar="CDSGRAPH_HOST", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", envvar="CDSGRAPH_PORT", min=0, max=65535, help="Port.")] = 8000,
    url: Annotated[
        str | None, typer.Option("--url", envvar="CDSGRAPH_URL", help="Address users reach it under, behind a proxy.")
    ] = None,
    workers: Annotated[int, typer.Option("--workers", envvar="CDSGRAPH_WORKERS", min=1, help="Query processes.")] = 2,
    timeout: Annotated[
        float, typer.Option("--timeout", envvar="CDSGRAPH_TIMEOUT", min=0.1, help="Seconds a query may take.")
    ] = 30,
    log: Annotated[
        str, typer.Option("--log", envvar="CDSGRAPH_LOG", help="File for a line of JSON a request; - is stderr.")
    ] = "",
    log_queries: Annotated[
        bool, typer.Option("--log-queries", envvar="CDSGRAPH_LOG_QUERIES", help="Log the text of queries too.")
    ] = False,
    rate_limit: Annotated[
        str,
        typer.Option("--rate-limit", envvar="CDSGRAPH_RATE_LIMIT", help="What one client may ask, as in 600/minute."),
    ] = "",
    endpoint: EndpointUrl = None,
    user: User = "",
    password: Password = "",
    token: Token = "",
    retries: Retries = 1,
    base: Base = DEFAULT_BASE,
    out: Out = Path("build"),
) -> None:
    """Serve SPARQL, JSON-LD and pages; builds first if nothing is built.

    Without --dataset the current version is served, also when another one is published: running queries end on theirs.

    With --endpoint the same is served from a remote store (docs/remote-stores.md).

    Example: cdsgraph serve --port 8000

    Example: cdsgraph serve --endpoint http://localhost:7878/query
    """
    from cdsgraph.serving import running  # the web stack takes a third of a second to load
    from cdsgraph.serving.settings import Settings

    common = {
        "root": terminal.files().root, "host": host, "port": port, "url": url, "workers": workers, "timeout": timeout,
        "log": log, "log_queries": log_queries, "rate_limit": rate_limit, "base": base,
    }  # fmt: skip
    if endpoint:
        if dataset:
            raise typer.BadParameter("name --dataset or --endpoint, not both")
        checked_url(endpoint, "--endpoint")
        asked_as = {"endpoint": endpoint, "user": user, "password": password, "token": token, "retries": retries}
        with tempfile.TemporaryDirectory() as place:
            nothing = Path(place, "nothing.nt")  # what the readers of queries evaluate them on
            nothing.touch()
            _run(running, Settings.from_environment(dataset=nothing, **asked_as, **common))
        return
    following = out if dataset is None else dataset if (dataset / "current").is_dir() else None
    served, instead_of = _servable(following) if following else (dataset, "")
    _run(
        running,
        Settings.from_environment(dataset=served, instead_of=instead_of, follow=following, endpoint="", **common),
    )


def _run(running: "ModuleType", settings: "Settings") -> None:
    running.run(
        settings,
        started=lambda: terminal.say(f"serving on http://{settings.host}:{settings.port}/ (stop with Ctrl+C)"),
        verbose=terminal.Options.verbose,
    )


def _servable(out: Path) -> tuple[Path, str]:
    """The version to serve, built first if none is, and the name of the damaged one that it stands in for."""
    if not (out / "current").is_dir():
        terminal.say("nothing is built yet: building")
        building.make(None, out, DEFAULT_BASE, 1)
    now, whole = versions.current(out), versions.servable(out)
    if whole == now:
        return now, ""
    terminal.say(f"version {now.name} is damaged: serving {whole.name} in its place; run `cdsgraph build` to mend it")
    return whole, now.name
