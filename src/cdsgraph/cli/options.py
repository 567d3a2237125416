"""The options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

from cdsgraph.text import Language

Out = Annotated[Path, typer.Option("--out", envvar="CDSGRAPH_OUT", help="Folder that holds the built versions.")]
Documents = Annotated[
    Path | None,
    typer.Option("--documents", envvar="CDSGRAPH_DOCUMENTS", help="Folder of documents [default: the project's own]."),
]
Base = Annotated[str, typer.Option("--base", envvar="CDSGRAPH_BASE", help="Where the IRIs of things begin.")]
Force = Annotated[
    bool, typer.Option("--force", help="Make it current though it has far fewer triples or lacks answers.")
]
Jobs = Annotated[int, typer.Option("--jobs", envvar="CDSGRAPH_JOBS", min=1, help="Processes that read documents.")]
Lang = Annotated[Language, typer.Option("--lang", envvar="CDSGRAPH_LANG", help="Language of the words printed.")]
