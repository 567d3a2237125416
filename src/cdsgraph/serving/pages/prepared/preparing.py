"""What pages need of a version, made before a visitor comes: counts, what can be found, what changed, what is wrong."""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from cdsgraph.errors import CdsgraphError
from cdsgraph.serving.making.deriving import LONGEST
from cdsgraph.serving.pages.prepared.checked import check_report
from cdsgraph.serving.pages.prepared.comparison import compared, with_earlier
from cdsgraph.serving.served import Served

_LOG = logging.getLogger(__name__)
# Bytes of a dataset up to which all is made ahead, within half a minute. Of a larger one, to compare it or to hold it
# against the shapes takes minutes and gigabytes, which queries need; it is done when somebody asks for it.
_SMALL: Final = 32_000_000


async def prepare(state: Served) -> None:
    """Make one after the other; what cannot be made is left to the page that needs it, which tells why."""
    for step in (*_STEPS, *(_COSTLY if _is_small(state.settings.rdf_file) else ())):
        try:
            await step(state)
        except CdsgraphError as error:
            _LOG.info("of version %s %s was not prepared: %s", state.name, step.__name__.strip("_"), error)


def _is_small(dataset: Path) -> bool:
    try:
        return dataset.stat().st_size <= _SMALL
    except OSError:
        return False


async def _search(state: Served) -> None:
    await state.lookup.index()


async def _counts(state: Served) -> None:
    await state.survey.counts()


async def _changes(state: Served) -> None:
    if (pair := await with_earlier(state)) is not None:
        await compared(state, *pair, patience=LONGEST)


async def _checks(state: Served) -> None:
    await check_report(state, patience=LONGEST)


_STEPS: Final[tuple[Callable[[Served], Awaitable[None]], ...]] = (_counts, _search)
_COSTLY: Final[tuple[Callable[[Served], Awaitable[None]], ...]] = (_changes, _checks)
