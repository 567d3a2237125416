"""The options that several commands have."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cdsgraph.text import Language

if TYPE_CHECKING:
    from cdsgraph.graph.remote import Endpoint

Out = Annotated[Path, typer.Option("--out", envvar="CDSGRAPH_OUT", help="Folder that holds the built versions.")]
Documents = Annotated[
    Path | None,
    typer.Option(
        "--documents",
        envvar="CDSGRAPH_DOCUMENTS",
        help="Documents: a folder, .zip, .tar.gz or .parquet [default: ours].",
    ),
]
Base = Annotated[str, typer.Option("--base", envvar="CDSGRAPH_BASE", help="Where the IRIs of things begin.")]
Force = Annotated[
    bool, typer.Option("--force", help="Make it current though it has far fewer triples or lacks answers.")
]
Jobs = Annotated[int, typer.Option("--jobs", envvar="CDSGRAPH_JOBS", min=1, help="Processes that read documents.")]
Scheduler = Annotated[
    str | None,
    typer.Option(
        "--scheduler", envvar="CDSGRAPH_SCHEDULER", help="A Dask scheduler whose workers read, such as tcp://host:8786."
    ),
]
DocumentTimeout = Annotated[
    float,
    typer.Option(
        "--document-timeout", envvar="CDSGRAPH_DOCUMENT_TIMEOUT", min=0.1, help="Seconds that one document may take."
    ),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Read every document anew, whatever earlier builds kept.")]
Lang = Annotated[Language, typer.Option("--lang", envvar="CDSGRAPH_LANG", help="Language of the words printed.")]

EndpointUrl = Annotated[
    str | None, typer.Option("--endpoint", envvar="CDSGRAPH_ENDPOINT", help="A remote SPARQL 1.1 endpoint.")
]
GraphStoreUrl = Annotated[
    str | None,
    typer.Option("--graph-store", envvar="CDSGRAPH_GRAPH_STORE", help="Its Graph Store Protocol, if it is elsewhere."),
]
User = Annotated[str, typer.Option("--user", envvar="CDSGRAPH_USER", help="User at the endpoint.")]
Password = Annotated[
    str, typer.Option("--password", envvar="CDSGRAPH_PASSWORD", help="Password; better given by the environment.")
]
Token = Annotated[
    str, typer.Option("--token", envvar="CDSGRAPH_TOKEN", help="Bearer token; better given by the environment.")
]
Retries = Annotated[
    int, typer.Option("--retries", envvar="CDSGRAPH_RETRIES", min=0, help="How often a failed request is repeated.")
]


def checked_url(url: str, option: str) -> str:
    """The URL. Raises BadParameter for what is no http(s) address, or has a password in it."""
    if not url.startswith(("http://", "https://")):
        raise typer.BadParameter(f"{url!r} is no http(s) address", param_hint=option)
    if "@" in url.split("/")[2]:
        raise typer.BadParameter("give the user by --user and the password by --password", param_hint=option)
    return url


def remote(url: str, user: str, password: str, token: str, *, timeout: float, retries: int, base: str) -> "Endpoint":
    """The endpoint that the options describe. Raises BadParameter."""
    from cdsgraph.graph.remote import Credentials, Endpoint

    credentials = Credentials(user, password, token)
    return Endpoint(
        checked_url(url, "--endpoint"), credentials=credentials, timeout=timeout, retries=retries, base=base
    )
