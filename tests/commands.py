"""`cdsgraph` commands as a user runs them: arguments in; output, words on stderr and an exit code out.

They run in processes forked from a warm one (`tests.warm`). That a command starts from nothing, installed or in a
checkout, is what tests/test_release.py, tests/test_docs_how_to.py and tests/test_pipelines.py show.
"""

import atexit
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.service import ROOT

_TEXT = "Ngày 12/6/2025, Bộ Công an cho biết kinh tế số đạt 18% GDP và có 12 đơn vị theo Quyết định số 749/QĐ-TTg.\n"
_FIGURE = ROOT / "tests" / "checking" / "figure.ttl"
_READING = frozenset({"build", "extract", "review"})
_CHECKING = frozenset({"build", "validate"})


def run(
    *arguments: str | Path, cwd: Path = ROOT, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """`cdsgraph ARGUMENTS` in a folder, with the environment of the tests and this."""
    return _shared().run(*arguments, cwd=cwd, environment=environment)


@cache
def _shared() -> "_Shared":
    shared = _Shared()
    atexit.register(shared.close)
    return shared


class Server:
    """The warm process, and orders to it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.warm"],
            cwd=ROOT,
            env=environment_with() | {"PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def order(self, **order: Any) -> int:
        """The answer to an order."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def ended(self, number: int, *, seconds: float | None = None) -> int:
        """The status of a command once it has ended; one that takes longer than so many seconds is killed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"wait": number}) + "\n")
        self._process.stdin.flush()
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            os.kill(number, signal.SIGKILL)
        return self._answer()

    def _answer(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def warm(self, *arguments: str | Path) -> None:
        """Run a command where all later ones begin."""
        assert self.order(arguments=[str(each) for each in arguments], here=True) == 0

    def close(self) -> None:
        """Take no more orders."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


def environment_with(**variables: str) -> dict[str, str]:
    """The environment of the tests, in which the package of the checkout is found, with these variables."""
    return os.environ | {"PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200"} | variables


class _Shared:
    """One warm process for all tests of a process, which learns what is asked of it before it is asked the first time.

    It has read a text before the first command that reads, and held data against the project's shapes before the first
    that checks.
    """

    def __init__(self) -> None:
        self._server = Server()
        self._folder = TemporaryDirectory(prefix="cdsgraph-commands-")
        self._warm: set[str] = set()

    def run(
        self, *arguments: str | Path, cwd: Path, environment: Mapping[str, str] | None
    ) -> subprocess.CompletedProcess[str]:
        words = [str(each) for each in arguments]
        self._learn(words)
        output, complaint = (Path(self._folder.name) / name for name in ("output", "complaint"))
        begun = self._server.order(
            arguments=words,
            output=str(output),
            complaint=str(complaint),
            folder=str(cwd),
            environment=environment_with(**(environment or {})),
        )
        status = self._server.ended(begun, seconds=120)
        said = [path.read_text(encoding="utf-8") for path in (output, complaint)]
        return subprocess.CompletedProcess(words, status, *said)

    def _learn(self, words: list[str]) -> None:
        wanted = {"reading"} if _READING & set(words) else set()
        wanted |= {"checking"} if _CHECKING & set(words) else set()
        for lesson in sorted(wanted - self._warm):
            self._warm.add(lesson)
            if lesson == "checking":
                self._server.warm("validate", _FIGURE, "--engine", "reference")
            else:
                text = Path(self._folder.name) / "tin.txt"
                text.write_text(_TEXT, encoding="utf-8")
                self._server.warm("extract", text, "--out", Path(self._folder.name) / "out")

    def close(self) -> None:
        self._server.close()
        self._folder.cleanup()
