"""Processes of the service that are killed, and one that is told to stop, while clients ask."""

import threading
from collections.abc import Callable, Iterator

import psutil
import pytest

from tests.faults.conftest import EVERYTHING, Place, Prober, Service, probed, serving

CLIENTS = 20
SLOW = "/sparql?query=SELECT(COUNT(*)AS%3Fn)%7B%3Fa%3Fb%3Fc.%3Fd%3Fe%3Ff.%3Fg%3Fh%3Fi%7D"


@pytest.fixture(scope="module")
def service(first: Place) -> Iterator[Service]:
    with serving("--out", first.out, "--timeout", "2") as service:
        yield service


def loader(service: Service) -> psutil.Process:
    return service.front.children()[0]


def worker(service: Service) -> psutil.Process:
    return loader(service).children()[0]


def more(prober: Prober, answers: int) -> None:
    """Wait until so many more requests are answered."""
    wanted = len(prober.answered) + answers
    for _ in range(1200):
        if len(prober.answered) >= wanted:
            return
        threading.Event().wait(0.05)
    raise AssertionError(f"no more answers: {prober.failed[-3:]}")


@pytest.mark.parametrize("victim", [worker, loader], ids=["a worker", "the loading process"])
def test_the_service_comes_back_by_itself_without(
    service: Service,
    victim: Callable[[Service], psutil.Process],
) -> None:
    with probed(service, clients=CLIENTS, pause=0.05, cached=False) as prober:
        more(prober, 2 * CLIENTS)
        dead = victim(service)
        dead.kill()
        more(prober, 4 * CLIENTS)
    # What a process was computing when it was killed is lost; a client is told so, in words.
    lost = 1 if victim is worker else service.health()["workers"] + 2
    assert len(prober.failed) <= lost, prober.failed
    told = ("400 ", "503 ") if victim is worker else ("503 ",)
    assert all(each.startswith(told) for each in prober.failed), prober.failed
    assert prober.longest_gap < 10
    assert service.process.poll() is None
    assert not dead.is_running() or dead.status() == psutil.STATUS_ZOMBIE
    service.until(workers=2, status="ok")


def test_a_query_that_loses_its_process_with_all_others_is_not_blamed_for_it(service: Service) -> None:
    service.until(idle=2, workers=2)
    answers: list[tuple[int, bytes, str | None]] = []
    client = threading.Thread(target=lambda: answers.append(service.told(SLOW)))
    client.start()
    service.until(idle=1)
    loader(service).kill()
    client.join(20)
    [(status, body, retry_after)] = answers
    assert (status, retry_after) == (503, "5"), body
    assert b"too complex" not in body
    service.until(workers=2, status="ok")


def test_slow_readers_of_large_answers_cost_no_memory(service: Service) -> None:
    before, own = service.front.memory_info().rss, files_held(service)
    readers = []
    for number in range(12):
        rows = 30_000 + number  # each an answer of its own, of some 12 MB
        talk = service.reader(f"/sparql?query=SELECT*%7B%3Fa%3Fb%3Fc.%3Fd%3Fe%3Ff%7DLIMIT+{rows}&timeout=2")
        assert talk.recv(12) == b"HTTP/1.1 200"
        readers.append(talk)
    assert service.get(EVERYTHING)[0] == 200
    held = files_held(service)
    grown = service.front.memory_info().rss - before
    for talk in readers[1:]:
        talk.close()
    whole = b"".join(iter(lambda: readers[0].recv(2**20), b""))
    readers[0].close()
    assert whole.rstrip().endswith(b"]}}")
    assert held == own + len(readers)
    assert grown < 40_000_000
    for _ in range(200):
        if files_held(service) == own:
            return
        threading.Event().wait(0.05)
    raise AssertionError("files of answers that nobody waits for are still held")


def test_a_front_that_is_killed_takes_its_processes_along_and_starts_anew(first: Place, service: Service) -> None:
    with probed(service, clients=4, cached=False) as prober:
        more(prober, 8)
        left = service.descendants()
        assert len(left) >= 3
        service.process.kill()
        service.process.wait(20)
        _, alive = psutil.wait_procs(left, timeout=20)
        assert alive == []
        with serving("--out", first.out, "--timeout", "2", port=service.port) as again:
            more(prober, 8)
            assert again.health()["status"] == "ok"
    assert prober.longest_gap < 20


def test_a_service_that_is_told_to_stop_answers_what_runs(first: Place) -> None:
    with serving("--out", first.out, "--timeout", "2") as service:
        told_to_stop(service)


def told_to_stop(service: Service) -> None:
    answers: list[tuple[int, bytes]] = []
    client = threading.Thread(target=lambda: answers.append(service.get(SLOW)))
    client.start()
    for _ in range(600):
        told = service.health()
        if told["idle"] < 2:  # the query has begun
            break
    processes = service.descendants()
    service.process.terminate()
    client.join(20)
    assert service.process.wait(20) in (0, -15)
    assert [status for status, _ in answers] == [503]
    assert b"time limit of 2 s" in answers[0][1]
    assert psutil.wait_procs(processes, timeout=10)[1] == []


def files_held(service: Service) -> int:
    return sum("(deleted)" in path for path in service.open_files())


def test_what_is_made_ahead_ends_with_a_service_that_is_killed(place: Place) -> None:
    with serving("--out", place.out, environment={"CDSGRAPH_WARM": "yes"}) as service:
        making: list[psutil.Process] = []
        for _ in range(1200):
            making = [each for each in service.descendants() if is_making(each)]
            if making:
                break
            threading.Event().wait(0.02)
        assert making, "nothing was made ahead"
        left = service.descendants()
        service.process.kill()
        service.process.wait(20)
        assert psutil.wait_procs(left, timeout=20)[1] == []


def is_making(process: psutil.Process) -> bool:
    try:
        return any("cdsgraph.serving.making" in word for word in process.cmdline())
    except psutil.NoSuchProcess:
        return False
