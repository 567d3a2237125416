"""`cdsgraph` commands in processes that are forked from this one, which has their code loaded.

    python -m tests.warm

reads orders as lines of JSON and answers each with one. A fresh process would spend most of its time on loading code,
compiling patterns and parsing shapes. An order may have a command die, stop or crash at a chosen call, may set
constants, or may keep it from writing large files.
"""

import gc
import importlib
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any


def command(order: dict[str, Any]) -> None:
    """Run a command to its end, or to the fault that was ordered. Does not return."""
    status = 70
    try:
        _attach(os.devnull, order["output"], order.get("complaint"))
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["environment"])
        if limit := order.get("largest_file"):
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        for name, value in order.get("settings", {}).items():
            place, _, constant = name.rpartition(".")
            setattr(importlib.import_module(place), constant, value)
        if fault := order.get("fault"):
            inject(**fault)
        from cdsgraph.cli import main

        # What a command starts with `multiprocessing` would load this module anew, from wherever it runs.
        sys.modules["__main__"].__spec__ = None
        del sys.modules["__main__"].__file__
        sys.argv = ["cdsgraph", *order["arguments"]]
        main()
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        traceback.print_exc()
        status = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _attach(given: str, output: str, complaint: str | None) -> None:
    """Take a file for standard input, and others for standard output and standard error; without the last, one."""
    with Path(given).open("rb") as source, Path(output).open("wb") as target:
        os.dup2(source.fileno(), 0)
        os.dup2(target.fileno(), 1)
        os.dup2(target.fileno(), 2)
    if complaint:
        with Path(complaint).open("wb") as target:
            os.dup2(target.fileno(), 2)
    sys.stdin = os.fdopen(0, closefd=False)


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

    answers = os.dup(1)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    try:
        return int(app(arguments, standalone_mode=False) or 0)
    finally:
        sys.stdout.flush()
        os.dup2(answers, 1)
        os.close(answers)
        gc.freeze()  # what a collection touches would be copied in every process that follows


if __name__ == "__main__":
    main()
