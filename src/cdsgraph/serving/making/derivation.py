"""What every child that makes derived files does around its own work."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from cdsgraph.errors import CdsgraphError
from cdsgraph.isolation import end_with_parent, limit_memory, without_network
from cdsgraph.serving.engine.messages import pack_error

_NICENESS: Final = 10


def guarded(work: Callable[[], None], *, memory_mib: int) -> None:
    """Do the work at low priority without network and within `memory_mib` more; tell a failure on standard output."""
    end_with_parent()
    os.nice(_NICENESS)
    with contextlib.suppress(OSError):  # where memory runs out, this process goes before the service (Linux)
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    limit_memory(memory_mib)
    without_network()
    with os.fdopen(os.dup(1), "wb") as answers:
        try:
            work()
        except CdsgraphError as error:
            answers.write(pack_error(error))
        except MemoryError:
            answers.write(pack_error(CdsgraphError("a file could not be made within the memory allowed")))
