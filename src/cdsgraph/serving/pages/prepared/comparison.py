"""The comparison of two versions on disk, made once by a process of its own and kept as files."""

from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool

from cdsgraph.errors import TooLargeError
from cdsgraph.graph.history import Published, before, history
from cdsgraph.serving.making import comparing
from cdsgraph.serving.rdf.representations import BY_SUFFIX, code_version, entity_tag
from cdsgraph.serving.served import Served

_KEPT: Final = 50  # comparisons on disk
_GROWTH_MIB: Final = 1000  # beside the two datasets


async def with_earlier(state: Served) -> tuple[Published, Published] | None:
    """The version published before the served one, and the served one; None where none is kept."""
    out = state.settings.published
    if out is None:
        return None
    earlier = await run_in_threadpool(before, out, state.name)
    known = {each.name: each for each in await run_in_threadpool(history, out)}
    if earlier is None or earlier not in known or state.name not in known:
        return None
    return known[earlier], known[state.name]


async def compared(state: Served, old: Published, new: Published, *, patience: float | None = None) -> Path:
    """The folder with the comparison in every form.

    `patience` (seconds) is for this request in place of the usual one. Raises BusyError while it is being made,
    TooLargeError, or what the process that makes it told.
    """
    settings = state.settings
    for version in (old, new):
        if not settings.fits_memory(version.dataset):
            raise TooLargeError(
                "the versions are too large to be compared here", remedy=f"run cdsgraph diff {old.name} {new.name}"
            )
    mark = entity_tag(f"{code_version()} {settings.address} {old.name}", new.name, BY_SUFFIX["html"], "").strip('"')
    arguments = [str(old.folder.absolute()), str(new.folder.absolute()), str(state.files.words), settings.address]
    memory = 2 * settings.data_memory + _GROWTH_MIB
    return await state.derived.get(
        f"changes-{mark}", comparing.__name__, *arguments, str(memory), keep=_KEPT, patience=patience
    )
