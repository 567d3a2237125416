"""Work that is done in a child process: a file made to break a library ends that process and no other."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child process ended: its exit code (None: stopped at its time limit), what it wrote to its two outputs."""

    code: int | None
    output: bytes
    complaint: bytes


def run(script: Path, *arguments: str, seconds: float, given: bytes = b"") -> Ended:
    """Run a script of this package in a child process until it ends, at most for so many seconds.

    `given` is its standard input. The script limits its own memory (`isolation.limit_memory`), knowing what it needs.
    """
    command = [sys.executable, "-P", str(script), *arguments]
    try:
        ended = subprocess.run(  # noqa: S603
            command, input=given, capture_output=True, timeout=seconds, check=False, env=environment()
        )
    except subprocess.TimeoutExpired:
        return Ended(None, b"", b"")
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def environment() -> dict[str, str]:
    """The environment of a child process, in which this package is found though nothing else of ours is."""
    package_parent = str(Path(__file__).parents[1])
    search = os.pathsep.join(part for part in (package_parent, os.environ.get("PYTHONPATH")) if part)
    return os.environ | {"PYTHONPATH": search}
