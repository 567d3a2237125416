"""`cdsgraph` commands that die, stop or crash at a chosen call, or may not write large files.

    python -m tests.faults.commands

reads orders as lines of JSON and answers each with one. A command runs in a process of its own, forked from this one,
which has the code loaded and its patterns compiled: a build in a fresh process would spend most of its time on that.
"""

import importlib
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def command(order: dict[str, Any]) -> None:
    """Run a command to its end, or to the fault that was ordered. Does not return."""
    status = 70
    try:
        with Path(order["output"]).open("wb") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        os.environ.update(order["environment"] | {"COLUMNS": "400"})
        if limit := order.get("largest_file"):
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        if fault := order.get("fault"):
            inject(**fault)
        from cdsgraph.cli import main

        sys.argv = ["cdsgraph", *order["arguments"]]
        main()
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 1
    finally:
        sys.stdout.flush()
        os._exit(status)


def inject(function: str, argument: str = "", *, after: bool = False, send: str = "SIGKILL") -> None:
    """Send this process a signal when a function is first called with an argument that ends so, or after that call."""
    place, _, name = function.rpartition(".")
    module = importlib.import_module(place)
    original: Callable[..., Any] = getattr(module, name)

    fired: list[str] = []

    def faulty(*given: Any, **named: Any) -> Any:
        meant = not fired and (not argument or any(told(each).endswith(argument) for each in given))
        if meant:
            fired.append(send)
        if meant and not after:
            os.kill(os.getpid(), getattr(signal, send))
        answer = original(*given, **named)
        if meant and after:
            os.kill(os.getpid(), getattr(signal, send))
        return answer

    setattr(module, name, faulty)


def told(argument: object) -> str:
    """A path as it is, an open file as its path."""
    return os.readlink(f"/proc/self/fd/{argument}") if isinstance(argument, int) else str(argument)


def main() -> None:
    """Take orders until there are none."""
    from cdsgraph import cli  # noqa: F401  # loaded once for all commands

    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            answer = os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1])
        elif "stopped" in order:
            answer = int(os.WIFSTOPPED(os.waitpid(order["stopped"], os.WUNTRACED)[1]))
        elif order.get("here"):
            answer = warm(order["arguments"])
        elif (answer := os.fork()) == 0:
            command(order)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def warm(arguments: list[str]) -> int:
    """Run a command in this very process, so that what it loads and compiles is there for those that follow."""
    from cdsgraph.cli import app

    return int(app(arguments, standalone_mode=False) or 0)


if __name__ == "__main__":
    main()
