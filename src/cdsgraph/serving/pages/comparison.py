"""The comparison of two versions on disk, made once by a process of its own and kept as files."""

from pathlib import Path
from typing import Final

from starlette.requests import Request

from cdsgraph.errors import TooLargeError
from cdsgraph.graph.history import Published
from cdsgraph.serving.making import comparing
from cdsgraph.serving.making.deriving import Derived
from cdsgraph.serving.rdf.representations import BY_SUFFIX, code_version, entity_tag
from cdsgraph.serving.served import served

_KEPT: Final = 50  # comparisons on disk
_GROWTH_MIB: Final = 1000  # beside the two datasets


async def compared(request: Request, old: Published, new: Published, *, patience: float | None = None) -> Path:
    """The folder with the comparison in every form.

    `patience` (seconds) is for this request in place of the usual one. Raises BusyError while it is being made,
    TooLargeError, or what the process that makes it told.
    """
    state = served(request)
    settings = state.settings
    for version in (old, new):
        if not settings.fits_memory(version.dataset):
            raise TooLargeError(
                "the versions are too large to be compared here", remedy=f"run cdsgraph diff {old.name} {new.name}"
            )
    derived: Derived = request.app.state.publication.derived
    mark = entity_tag(f"{code_version()} {settings.address} {old.name}", new.name, BY_SUFFIX["html"], "").strip('"')
    arguments = [str(old.folder.absolute()), str(new.folder.absolute()), str(state.files.words), settings.address]
    memory = 2 * settings.data_memory + _GROWTH_MIB
    return await derived.get(
        f"changes-{mark}", comparing.__name__, *arguments, str(memory), keep=_KEPT, patience=patience
    )
