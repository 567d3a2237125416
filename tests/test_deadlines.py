"""Work that is out of time is stopped where it stands, and what comes after it is left alone."""

import re
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from cdsgraph.deadlines import TooSlow, in_time


def endless() -> None:
    while True:
        try:
            "".join("endless")
        except Exception:  # the end of the time is none of its own kinds
            raise AssertionError from None


def backtracking() -> None:
    re.match(r"(a+)+$", "a" * 64 + "b")


def test_work_in_time_gives_what_it_makes() -> None:
    assert in_time(60, int, "ff", base=16) == 255
    assert in_time(None, int, "7") == 7


@pytest.mark.parametrize("work", [endless, backtracking])
def test_work_out_of_time_is_stopped(work: object) -> None:
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(TooSlow):
        in_time(0.05, work)  # type: ignore[arg-type]
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGALRM) is before


def test_work_out_of_time_is_stopped_in_a_thread_too() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert isinstance(pool.submit(lambda: in_time(0.05, endless)).exception(), TooSlow)
        assert pool.submit(lambda: in_time(60, sum, range(1_000_000))).result() == 499_999_500_000
