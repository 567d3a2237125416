"""`cdsgraph push`: a version into a remote store."""

import time
from pathlib import Path
from typing import Annotated

import typer

from cdsgraph.choices import PUSH_BATCH
from cdsgraph.cli import terminal
from cdsgraph.cli.options import GraphStoreUrl, Out, Password, Retries, Token, User, checked_url, remote
from cdsgraph.errors import DatasetError
from cdsgraph.graph import versions


def push(
    endpoint: Annotated[
        str, typer.Option("--endpoint", envvar="CDSGRAPH_ENDPOINT", help="Where the store answers SPARQL queries.")
    ],
    version: Annotated[str, typer.Argument(help="A version's name or folder [default: the current one].")] = "",
    graph_store: GraphStoreUrl = None,
    update: Annotated[
        str | None, typer.Option("--update", envvar="CDSGRAPH_UPDATE", help="Its SPARQL Update, if it is elsewhere.")
    ] = None,
    user: User = "",
    password: Password = "",
    token: Token = "",
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds a request may take.")] = 120,
    retries: Retries = 4,
    batch: Annotated[int, typer.Option("--batch", min=1, help="Triples in a request.")] = PUSH_BATCH,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read every graph back and compare its content too.")
    ] = False,
    take_over: Annotated[
        bool, typer.Option("--take-over", help="Begin although another push left word that it is at work.")
    ] = False,
    out: Out = Path("build"),
) -> None:
    """Load a version into a remote SPARQL 1.1 store; started again, go on where it stopped. Exit 1 when counts differ.

    Only graphs below the version's base are written or deleted: those of the version, graph/union with each triple once
    for queries to ask, and graph/stored with what has been loaded. See docs/remote-stores.md.

    Example: cdsgraph push --endpoint http://localhost:7878/query

    Example: CDSGRAPH_PASSWORD=… cdsgraph push --endpoint https://data.example.vn/sparql --user dba
    """
    from cdsgraph.graph.remote import push as pushing

    folder = _folder(version, out)
    if wrong := versions.damaged(folder):
        raise DatasetError(f"{wrong[0]} differs from the manifest", path=folder, remedy="build it again")
    base = str(versions.manifest(folder)["base"])
    store = remote(endpoint, user, password, token, timeout=timeout, retries=retries, base=base)
    began = time.monotonic()
    with terminal.progress() as step:
        done = pushing.push(
            folder,
            store,
            graph_store=graph_store and checked_url(graph_store, "--graph-store"),
            update=update and checked_url(update, "--update"),
            batch=batch,
            verify=verify,
            take_over=take_over,
            progress=lambda at: step(at.graph.removeprefix(base), at.done, at.total),
        )
    seconds = time.monotonic() - began
    terminal.say(f"version {folder.name} by {done.way}")
    terminal.say(
        f"{done.triples} triples in {done.graphs} graphs; sent {done.sent} in {seconds:.1f} s "
        f"({done.sent / max(seconds, 0.001):.0f} a second); {done.kept} graphs were there already, "
        f"{done.resumed} in part; {len(done.dropped)} deleted"
    )
    if done.differences:
        terminal.warn("\n".join(done.differences))
        raise typer.Exit(1)
    terminal.say("counts and content are equal" if verify else "counts are equal")


def _folder(version: str, out: Path) -> Path:
    if not version:
        return versions.current(out)
    if Path(version).is_dir():
        return versions.within(Path(version)).resolve()
    return versions.whole(out, version)
