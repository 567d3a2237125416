"""The process that loads the dataset.

    python -m cdsgraph.serving.engine.loading FILE BASE MEMORY_MIB RESULT_LIMIT [STORES NAME]

With STORES the data stay in a store on disk below that folder, which each worker opens for itself.

It takes orders over its standard input, a socket (`nursery`): to fork a worker that talks over the socket sent along,
to kill one, to let one give way. It gives up the network before the first worker is born, and ends when the front does.
"""

import contextlib
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pyoxigraph import Store

from cdsgraph.errors import CdsgraphError
from cdsgraph.graph import diskstore
from cdsgraph.graph.dataset import load_store
from cdsgraph.isolation import close_inherited, end_with_parent, without_network
from cdsgraph.serving.engine import worker
from cdsgraph.serving.engine.messages import READY, pack, pack_error
from cdsgraph.serving.engine.nursery import FORK, KILL, ORDER
from cdsgraph.serving.engine.worker import Evaluator

_NICENESS: Final = 10


def main(file: str, base: str, memory_mib: str, result_limit: str, stores: str = "", name: str = "") -> None:
    """Load, say so, then take orders until the front is gone."""
    close_inherited()
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with os.fdopen(os.dup(1), "wb") as answers:
        try:
            store_of = _source(Path(file), Path(stores), name) if stores else _kept(load_store(Path(file)))
        except CdsgraphError as error:
            answers.write(pack_error(error))
            return
        answers.write(pack(READY))
    filtered = without_network()
    # From here on a death is a hostile query's, not a fault to be told of.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    gc.freeze()  # what a collection would touch would be copied in every worker

    def evaluator() -> Evaluator:
        return Evaluator(store_of(), base=base, result_limit=int(result_limit), network_filtered=filtered)

    _take_orders(evaluator, int(memory_mib))


def _kept(store: Store) -> Callable[[], Store]:
    return lambda: store


def _source(file: Path, folder: Path, name: str) -> Callable[[], Store]:
    place = diskstore.prepared(file, name, folder)
    return lambda: diskstore.opened(place)


def _take_orders(evaluator: Callable[[], Evaluator], memory_mib: int) -> None:
    control = socket.socket(fileno=0)
    children: set[int] = set()

    def bury(*_: object) -> None:
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG)[0]) != 0:
                children.discard(ended)

    signal.signal(signal.SIGCHLD, bury)
    while True:
        message, sockets, _, _ = socket.recv_fds(control, ORDER.size, 1)
        if not message:
            return
        order, number = ORDER.unpack(message)
        if order == FORK:
            # The child's number must be known before its death can be: a signal in between would find it a stranger.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
            child = os.fork()
            if child == 0:
                control.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
                worker.run(evaluator, sockets[0], memory_mib)
            children.add(child)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            os.close(sockets[0])
        elif number in children:
            if order == KILL:
                os.kill(number, signal.SIGKILL)
            else:
                os.setpriority(os.PRIO_PROCESS, number, _NICENESS)


if __name__ == "__main__":
    main(*sys.argv[1:])
