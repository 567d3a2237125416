"""One process that checks RDF: `python -m cdsgraph.serving.engine.checker SHAPES BASE MEMORY_MIB RESULT_LIMIT`.

It loads the shapes, gives up what it will not need (`isolation`), and then answers one request after another over its
standard input, a socket (`messages`), each whole or not at all. It may be killed at any moment, and may die of what it
is given.
"""

import os
import signal
import sys
from pathlib import Path
from typing import BinaryIO, cast

from cdsgraph.checking import Severity, formats, shapesfiles
from cdsgraph.checking.validate import validate_content
from cdsgraph.errors import CdsgraphError, TooLargeError
from cdsgraph.isolation import close_inherited, end_with_parent, limit_memory, without_network
from cdsgraph.serving.engine.messages import (
    ACCEPTED,
    HEAD_LENGTH,
    READY,
    Checked,
    CheckRequest,
    pack,
    pack_checked,
    pack_error,
    unpack_check,
    unpack_head,
)


class Checker:
    """Writes reports on RDF by one set of shapes, whose codes lie below `base`."""

    def __init__(self, shapes: Path, *, base: str, result_limit: int) -> None:
        self._shapes = shapes
        self._base = base
        self._result_limit = result_limit
        shapesfiles.load(shapes, base=base)  # and keep them for the requests to come

    def check(self, request: CheckRequest) -> Checked:
        """The report. Raises RdfError, ShapesError, or TooLargeError for a report past the limit."""
        report = validate_content(
            request.content, f"data{request.ending}", self._shapes, base_iri=request.base_iri, base=self._base
        )
        fail_on = cast(Severity, request.fail_on)
        body = formats.render(report, request.form, request.language, fail_on=fail_on).encode()
        if len(body) > self._result_limit:
            raise TooLargeError(
                f"the report is larger than {self._result_limit} bytes", remedy="mend what it tells first, or send less"
            )
        return Checked(body, report.conforms(fail_on), report.notes)


def _serve(checker: Checker, requests: BinaryIO, answers: BinaryIO) -> None:
    def tell(message: bytes) -> None:
        answers.write(message)
        answers.flush()

    tell(pack(READY, str(os.getpid()).encode()))
    while len(head := requests.read(HEAD_LENGTH)) == HEAD_LENGTH:
        _, length = unpack_head(head)
        request = unpack_check(requests.read(length))
        tell(pack(ACCEPTED))
        try:
            answer = pack_checked(checker.check(request))
        except CdsgraphError as error:
            answer = pack_error(error)
        except (MemoryError, RecursionError):
            os._exit(1)
        except Exception as error:  # the front tells it from a death, which would be blamed on the data
            answer = pack_error(CdsgraphError(f"the check failed inside: {error}"))
        tell(answer)


def main(shapes: str, base: str, memory_mib: str, result_limit: str) -> None:
    """Load, give up rights, answer until the standard input closes."""
    close_inherited()
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, answers = os.fdopen(0, "rb"), os.fdopen(os.dup(0), "wb")
    try:
        checker = Checker(Path(shapes), base=base, result_limit=int(result_limit))
    except CdsgraphError as error:
        answers.write(pack_error(error))
        answers.close()
        return
    without_network()
    limit_memory(int(memory_mib))
    # From here on a death is that of hostile data, not a fault to be told of.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    _serve(checker, requests, answers)


if __name__ == "__main__":
    main(*sys.argv[1:])
