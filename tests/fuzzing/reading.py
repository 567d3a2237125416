"""Reads files one after another and says of each, on a line of its own, what came of it.

    python -m tests.fuzzing.reading FILE…

A process of its own: what would end the reader ends this one.
"""

import resource
import sys
from pathlib import Path

from cdsgraph import register as registers
from cdsgraph.checking import rdffiles
from cdsgraph.errors import CdsgraphError
from cdsgraph.files import locate
from cdsgraph.graph.dataset import load_store
from cdsgraph.reading import loaders, metadata
from cdsgraph.reading.extract import Reader
from tests.service import ROOT

_MEMORY = 3_000_000_000  # bytes of address space


def main(paths: list[Path]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    files = locate(ROOT)
    reader = Reader(registers.load(files), files.rules)
    records = metadata.read([files.documents], files.rules)
    for path in paths:
        try:
            if path.suffix in loaders.SUFFIXES:
                told = f"{len(reader.read(loaders.load(path, records)).facts)} facts"
            else:
                told = f"{len(rdffiles.read([path]))} triples"
                load_store(path)
        except CdsgraphError as error:
            told = f"refused: {error.message.splitlines()[0]}"
        print(f"{path.name}\t{told}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
