"""A built version that is served and asked without a pause, and commands that meet a fault."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pytest

from cdsgraph.graph import versions
from tests.commands import Server, environment_with
from tests.service import ROOT

TEXT = """Ngày 12/6/2025, Bộ Khoa học và Công nghệ cho biết kinh tế số đạt {share}% GDP trong năm 2024.
Thủ tướng yêu cầu Bộ Công an hoàn thành kết nối dữ liệu trước ngày 31/12/2025.
"""
EVERYTHING = "/sparql?query=SELECT(COUNT(*)AS%3Fn)%7B%3Fs%3Fp%3Fo%7D"


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended: its status as the shell would tell it, -9 for a kill, and what it said."""

    status: int
    said: str


class Commands:
    """Runs commands in processes that are forked from a warm one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._outputs: dict[int, Path] = {}
        self._server = Server()

    def warm(self, *arguments: str | Path) -> None:
        """Run a command where all later ones begin."""
        self._server.warm(*arguments)

    def start(
        self,
        *arguments: str | Path,
        fault: dict[str, Any] | None = None,
        largest_file: int = 0,
        environment: dict[str, str] | None = None,
        settings: dict[str, Any] | None = None,
    ) -> int:
        """Begin a command; its number."""
        output = self._folder / f"output-{len(self._outputs)}"
        number = self._server.order(
            arguments=[str(each) for each in arguments],
            output=str(output),
            folder=str(ROOT),
            fault=fault,
            largest_file=largest_file,
            environment=environment_with(**({"COLUMNS": "400"} | (environment or {}))),
            settings=settings or {},
        )
        self._outputs[number] = output
        return number

    def wait(self, number: int) -> Ended:
        """The end of a command."""
        status = self._server.ended(number)
        return Ended(status, self._outputs[number].read_text(encoding="utf-8"))

    def wait_until_stopped(self, number: int) -> None:
        """Wait until a command stops at the fault it was given."""
        assert self._server.order(stopped=number) == 1

    def go_on(self, number: int) -> None:
        """Let a stopped command go on."""
        os.kill(number, signal.SIGCONT)

    def run(self, *arguments: str | Path, **how: Any) -> Ended:
        """A command from its beginning to its end."""
        return self.wait(self.start(*arguments, **how))

    def close(self) -> None:
        """Take no more commands."""
        self._server.close()


@dataclass(frozen=True, slots=True)
class Service:
    """`cdsgraph serve` in a process of its own."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def front(self) -> psutil.Process:
        """The process that takes requests."""
        return psutil.Process(self.process.pid)

    def descendants(self) -> list[psutil.Process]:
        """The process that loads the data, and the workers."""
        return self.front.children(recursive=True)

    def get(self, path: str, *, timeout: float = 30) -> tuple[int, bytes]:
        """Status and body of an answer."""
        status, body, _ = self.told(path, timeout=timeout)
        return status, body

    def told(self, path: str, *, timeout: float = 30) -> tuple[int, bytes, str | None]:
        """Status and body of an answer, and when to ask again."""
        talk = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            talk.request("GET", path)
            answer = talk.getresponse()
            return answer.status, answer.read(), answer.getheader("Retry-After")
        finally:
            talk.close()

    def reader(self, path: str) -> socket.socket:
        """A client that has asked and takes little of the answer at a time."""
        talk = socket.socket()
        talk.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        talk.settimeout(30)
        talk.connect(("127.0.0.1", self.port))
        talk.sendall(f"GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n".encode())
        return talk

    def open_files(self) -> list[str]:
        """What the process that takes requests has open, by name."""
        folder = Path(f"/proc/{self.process.pid}/fd")
        return [os.readlink(each) for each in folder.iterdir() if each.is_symlink()]

    def health(self) -> dict[str, Any]:
        """What the service tells of itself."""
        told: dict[str, Any] = json.loads(self.get("/health")[1])
        return told

    def until(self, **expected: Any) -> dict[str, Any]:
        """What the service tells of itself once it tells this."""
        for _ in range(600):
            told = self.health()
            if told | expected == told:
                return told
            threading.Event().wait(0.05)
        raise AssertionError(f"{expected} never came true: {told}")


@contextmanager
def serving(*options: str | Path, port: int = 0, environment: dict[str, str] | None = None) -> Iterator[Service]:
    """The service, until the block ends; ended hard if it was not before."""
    if not port:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "cdsgraph", "serve", "--port", str(port), *map(str, options)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "CDSGRAPH_WARM": "no"} | (environment or {}),
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(1200):
            assert process.poll() is None, "the service ended"
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=30).close()
                break
            except OSError:
                threading.Event().wait(0.05)
        yield Service(process, port)
    finally:
        process.kill()
        process.wait(20)


@dataclass(slots=True)
class Prober:
    """Asks ten times a second, and keeps what went wrong and when it was answered."""

    service: Service
    failed: list[str] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    cached: bool = True

    def ask_until(self, end: threading.Event, pause: float = 0.1) -> None:
        """Ask until the end; each time on a connection of its own."""
        while not end.wait(pause):
            path = EVERYTHING if self.cached else f"{EVERYTHING}%23{time.monotonic_ns()}"
            try:
                status, body = self.service.get(path)
            except (OSError, HTTPException) as error:
                self.failed.append(f"{type(error).__name__}: {error}")
                continue
            if status == 200:
                self.answered.append(time.monotonic())
            else:
                self.failed.append(f"{status} {body[:200]!r}")

    @property
    def longest_gap(self) -> float:
        """The longest time without an answer, in seconds."""
        times = sorted(self.answered)
        return max((later - earlier for earlier, later in pairwise(times)), default=0.0)


@contextmanager
def probed(service: Service, *, clients: int = 1, pause: float = 0.1, cached: bool = True) -> Iterator[Prober]:
    """Ask the service all the while the block lasts; a query that nobody asked before each time unless `cached`."""
    prober, end = Prober(service, cached=cached), threading.Event()
    threads = [threading.Thread(target=prober.ask_until, args=(end, pause)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield prober
    finally:
        end.set()
        for thread in threads:
            thread.join()


class Place:
    """A folder of versions, and documents to build others from."""

    def __init__(self, folder: Path, commands: Commands) -> None:
        self.out = folder / "out"
        self.documents = folder / "documents"
        self.documents.mkdir()
        self.commands = commands
        self._share = 10.0

    def new_words(self) -> None:
        """Change a document, so that a build makes another version."""
        self._share += 0.25
        words = TEXT.format(share=f"{self._share:.2f}".replace(".", ","))
        (self.documents / "bai-mot.txt").write_text(words, encoding="utf-8")

    def build(self, **how: Any) -> Ended:
        """`cdsgraph build` of the documents."""
        return self.commands.run("build", "--out", self.out, "--documents", self.documents, **how)

    @property
    def current(self) -> str:
        """The name of the current version."""
        return versions.current(self.out).name

    def left_over(self) -> list[str]:
        """What nobody needs any more."""
        return [str(path.relative_to(self.out)) for path in self.out.rglob("*") if path.suffix in (".tmp", ".new")]


@pytest.fixture(scope="package")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    commands = Commands(tmp_path_factory.mktemp("output"))
    yield commands
    commands.close()


@pytest.fixture(scope="package")
def first(commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The folder that others are copied from, with two versions."""
    place = Place(tmp_path_factory.mktemp("first"), commands)
    (place.documents / "bai-hai.txt").write_text(TEXT.format(share="8,5"), encoding="utf-8")
    place.new_words()
    commands.warm("build", "--out", str(place.out), "--documents", str(place.documents))
    place.new_words()
    assert place.build().status == 0
    return place


@pytest.fixture
def place(first: Place, tmp_path: Path, commands: Commands) -> Place:
    """A folder of two versions that a test may spoil."""
    shutil.copytree(first.out, tmp_path / "out", symlinks=True)
    own = Place(tmp_path, commands)
    shutil.copytree(first.documents, own.documents, dirs_exist_ok=True)
    own.new_words()
    own.new_words()
    own.new_words()
    return own
