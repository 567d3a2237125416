"""The commands; with the terminal beside them alone they write to it.

Data goes to stdout, everything else to stderr. Exit codes: 0 done, 1 found what it looks for, 2 wrong use or unreadable
input, 3 failed inside.

A command loads what does its work when it is run: all of that takes a second, and most commands need little of it.
"""

import gc
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cdsgraph.choices import DOCUMENT_TIMEOUT, ReviewForm
from cdsgraph.cli import building, diffing, pushing, serving, terminal, validating
from cdsgraph.cli.options import (
    Base,
    DocumentTimeout,
    EndpointUrl,
    Force,
    Jobs,
    Lang,
    Out,
    Password,
    Retries,
    Scheduler,
    Token,
    User,
    remote,
)
from cdsgraph.errors import (
    BusyError,
    CdsgraphError,
    DocumentError,
    EndpointError,
    QueryTimeoutError,
    RefusedError,
)
from cdsgraph.graph import versions
from cdsgraph.vocab import DEFAULT_BASE

if TYPE_CHECKING:
    from cdsgraph.graph.remote import Endpoint

# Reading makes many objects and next to no cycles: with the usual 700 it spends a tenth of its time on seeking them.
_BETWEEN_COLLECTIONS = 50_000
_FAILED_INSIDE = (BusyError, EndpointError, QueryTimeoutError)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Vietnam's digital-transformation programme as a graph in which every figure leads back to its words.",
)


def main() -> None:
    """Run a command; turn every failure into a message and an exit code."""
    gc.set_threshold(_BETWEEN_COLLECTIONS)
    try:
        # Outside standalone mode a command's exit code comes back as the result.
        sys.exit(app(standalone_mode=False) or 0)
    except typer.Abort:
        sys.exit(130)
    except CdsgraphError as error:
        terminal.fail(str(error), _exit_code(error))
    except SystemExit as leaving:
        # Click exits with 1, which here means "found", when the reader of our output has left (`| head`).
        if not isinstance(leaving.__context__, BrokenPipeError):
            raise
        terminal.drop_output()
        sys.exit(0)
    except Exception as error:  # the last door: no stack trace reaches a user unasked
        if hasattr(error, "format_message"):  # a usage error of the command line
            if not error.format_message():  # no command: the help has been shown
                sys.exit(2)
            terminal.fail(f"{error.format_message()}\n  remedy: see `cdsgraph --help` or `cdsgraph COMMAND --help`", 2)
        if terminal.Options.verbose:
            traceback.print_exc()
        terminal.fail(
            f"something failed inside: {error}\n  remedy: run again with --verbose and report what it prints", 3
        )


def _exit_code(error: CdsgraphError) -> int:
    if isinstance(error, RefusedError):
        return 1  # as for `validate`: nothing failed, the version was found wanting
    return 3 if isinstance(error, _FAILED_INSIDE) else 2


def _show_version(context: typer.Context, wanted: bool) -> None:
    from cdsgraph import release
    from cdsgraph.files import locate

    if wanted:
        typer.echo(f"cdsgraph {release.package()}, ontology {release.ontology(locate(context.params.get('root')))}")
        raise typer.Exit


@app.callback()
def options(
    root: Annotated[
        Path | None,
        # Eager, because --version tells of the ontology that is there.
        typer.Option(
            "--root", envvar="CDSGRAPH_ROOT", is_eager=True, help="Folder with ontology/, shapes/, queries/ and data/."
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print results and errors only.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Print more, stack traces included.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, help="Print the versions of package and ontology.")
    ] = False,
) -> None:
    """Options of every command."""
    terminal.Options.root, terminal.Options.quiet, terminal.Options.verbose = root, quiet, verbose


@app.command()
def extract(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Documents, folders of them; - is stdin.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the records go; - is stdout.")] = Path("-"),
    explain: Annotated[
        bool, typer.Option("--explain", help="Print each sentence with what was read, to look over.")
    ] = False,
    language: Lang = "vi",
    jobs: Jobs = 1,
    out: Out = Path("build"),
    scheduler: Scheduler = None,
    document_timeout: DocumentTimeout = DOCUMENT_TIMEOUT,
) -> None:
    """Read documents and print their facts, one JSON object a line.

    What a build or a cluster has read before is taken from the folder of built versions.

    Example: cdsgraph extract data/documents -o facts.jsonl

    Example: cdsgraph extract --explain data/documents
    """
    from cdsgraph import extracting
    from cdsgraph.reading import corpus

    files = terminal.files()
    failed: list[DocumentError] = []
    facts = documents = 0
    to_screen = str(output) == "-" and sys.stdout.isatty()  # where a bar would stand among the facts
    with terminal.progress(shown=not to_screen) as step:
        given, seconds = (paths, sys.stdin.buffer, files), document_timeout
        if explain:
            told = extracting.explained(*given, language, jobs, failed.append, seconds, step)
        else:
            told = extracting.extracted(*given, jobs, out, scheduler, failed.append, seconds, step)
        for _, count, lines in told:
            terminal.write_out(output, lines, further=documents > 0)
            facts, documents = facts + count, documents + 1
    if not documents:
        raise corpus.none_read(failed)
    terminal.say(f"{facts} facts from {documents} documents")
    building.tell_failed(failed)


app.command()(building.build)
app.command()(validating.validate)


@app.command()
def query(
    name: Annotated[str, typer.Argument(metavar="NAME|FILE.rq", help="A saved query, or your own file.")] = "",
    params: Annotated[list[str] | None, typer.Option("--param", help="name=value, repeated.")] = None,
    form: Annotated[str, typer.Option("--format", help="table, csv, tsv, json, xml, ttl or jsonld.")] = "table",
    endpoint: EndpointUrl = None,
    user: User = "",
    password: Password = "",
    token: Token = "",
    retries: Retries = 2,
    base: Base = DEFAULT_BASE,
    dataset: Annotated[Path | None, typer.Option("--dataset", help="A version's folder or an RDF file.")] = None,
    timeout: Annotated[float, typer.Option("--timeout", envvar="CDSGRAPH_TIMEOUT", min=0.1, help="Seconds.")] = 30,
    listing: Annotated[bool, typer.Option("--list", help="List the saved queries.")] = False,
    out: Out = Path("build"),
) -> None:
    """Ask a saved query, or your own, of the current version or of any SPARQL endpoint.

    Example: cdsgraph query digital_economy_share --format csv
    """
    from rich.console import Console

    from cdsgraph import asking
    from cdsgraph import queries as saved_queries

    files = terminal.files()
    if listing or not name:
        Console(soft_wrap=False).print(asking.as_list(saved_queries.load_all(files.queries)))
        return
    terminal.choice("--format", form, ("table", *asking.RESULT_TYPES, *asking.GRAPH_TYPES))
    given = dict(_pair(param) for param in params or [])
    saved = saved_queries.find(files.queries, name)
    where: Path | Endpoint
    if endpoint:
        where = remote(endpoint, user, password, token, timeout=timeout, retries=retries, base=base)
    else:
        where = versions.within(dataset) if dataset else versions.current(out)
    as_table = form == "table" and not saved_queries.is_graph_query(saved.text)
    sent_as = ("json" if as_table else "ttl") if form == "table" else form
    body = asking.ask(saved, given, sent_as, where=where, timeout=timeout)
    if not as_table:
        terminal.write_out(Path("-"), body)
        return
    table = asking.as_table(body)
    if isinstance(table, str):
        typer.echo(table)
        return
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console.width = 200
    console.print(table)
    terminal.say(f"{table.row_count} rows")


def _pair(param: str) -> tuple[str, str]:
    name, sign, value = param.partition("=")
    if not sign or not name:
        raise typer.BadParameter(f"{param!r} is not name=value", param_hint="--param")
    return name, value


app.command()(serving.serve)


@app.command("versions")
def list_versions(out: Out = Path("build")) -> None:
    """List the built versions; the current one is marked.

    Example: cdsgraph versions
    """
    now = versions.current(out).name
    for name in versions.names(out):
        folder, mark = out / "versions" / name, "*" if name == now else " "
        if wrong := versions.damaged(folder):
            typer.echo(f"{mark} {name}  damaged: {', '.join(wrong)}")
            continue
        counts = versions.manifest(folder)["counts"]
        typer.echo(f"{mark} {name}  {counts['quads']} quads, {counts['documents']} documents")


@app.command()
def review(
    dataset: Annotated[Path | None, typer.Option("--dataset", help="A built version's folder.")] = None,
    form: Annotated[ReviewForm, typer.Option("--format", help="How the list is written.")] = "text",
    language: Lang = "vi",
    out: Out = Path("build"),
) -> None:
    """List the names in the texts that the register does not know, with those in it that are like them.

    Example: cdsgraph review --format csv > names.csv
    """
    from cdsgraph import reviewing

    version = versions.within(dataset) if dataset else versions.current(out)
    terminal.write_out(Path("-"), reviewing.listing(version, form, terminal.files().words, language))


app.command()(diffing.diff)
app.command()(pushing.push)


@app.command()
def publish(
    version: Annotated[str, typer.Argument(help="A version's name, see `cdsgraph versions`.")],
    out: Out = Path("build"),
    force: Force = False,
) -> None:
    """Make a version current, atomically, after checking its files. Exit 1 when it would lose data, as for `build`.

    Example: cdsgraph publish 4f0c2b7a9d1e8356
    """
    folder = versions.whole(out, version)
    if not force:
        from cdsgraph.checking import publication

        building.refuse(folder, publication.objections(out, folder, terminal.files()))
    versions.switch(out, version)
    terminal.say(f"version {version} is current")


@app.command()
def rollback(out: Out = Path("build")) -> None:
    """Make the version current that was so before.

    Example: cdsgraph rollback
    """
    version = versions.previous(out)
    versions.switch(out, version)
    terminal.say(f"version {version} is current again")
