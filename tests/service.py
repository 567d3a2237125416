"""`cdsgraph serve` in a process of its own, for tests that need a real service."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

ROOT = Path(__file__).parent.parent


@contextmanager
def serving(dataset: Path | None, *options: str, python: Path | None = None, folder: Path = ROOT) -> Iterator[str]:
    """Serve a version, or what the options name, until the block ends; gives the address.

    With `python`, the package that is installed there serves, in a folder that tells nothing of the checkout; without
    a dataset, what is built in the folder.
    """
    port = free_port()
    served = [] if dataset is None else ["--dataset", str(dataset)]
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "CDSGRAPH_"))}
    process = subprocess.Popen(
        [str(python or sys.executable), "-m", "cdsgraph", "serve", *served, "--port", str(port), *options],
        cwd=folder,
        env=(plain if python else os.environ | {"PYTHONPATH": str(ROOT / "src")}) | {"CDSGRAPH_WARM": "no"},
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(process, f"{address}/health")
        yield address
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(process: subprocess.Popen[bytes], address: str) -> None:
    """Return once a server answers at an address."""
    for _ in range(600):
        assert process.poll() is None, "the service ended"
        try:
            with urllib.request.urlopen(address, timeout=1):  # noqa: S310  # our own address
                return
        except URLError:
            try:
                process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
    raise AssertionError("the service did not start")
