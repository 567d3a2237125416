"""Work that may take only so long, and is stopped where it stands."""

import ctypes
import faulthandler
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final, ParamSpec, TypeVar

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")
_AGAIN: Final = 1.0  # seconds to the next signal, should the code that the first one met have swallowed its exception
_SOON: Final = 0.05  # seconds to wait where Python would swallow it
_GRACE: Final = 30.0  # seconds between the end of the time and the end of a process that does not listen


class TooSlow(BaseException):
    """Work took longer than it may; no Exception, lest code on its way take it for one of its own."""


def in_time(
    seconds: float | None, work: Callable[_Given, _Made], *arguments: _Given.args, **named: _Given.kwargs
) -> _Made:
    """What the work gives, done in this thread. Raises TooSlow after so many seconds; None is no limit.

    In the main thread a signal stops it, in a regular expression too. In another thread it stops at its next line of
    Python; a process in which none comes is ended half a minute later, its stacks told on stderr.
    """
    if seconds is None:
        return work(*arguments, **named)
    begin = _by_signal if threading.current_thread() is threading.main_thread() else _by_thread
    end = begin(seconds)
    try:
        return work(*arguments, **named)
    finally:
        try:
            end()
        finally:
            end()  # the time may have ended within the first


def _by_signal(seconds: float) -> Callable[[], None]:
    """Begin the time, and how to end it."""

    def stop(number: int, frame: FrameType | None) -> None:
        if not _swallows(frame):
            raise TooSlow
        signal.setitimer(signal.ITIMER_REAL, _SOON, _AGAIN)

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)

    def end() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

    return end


def _by_thread(seconds: float) -> Callable[[], None]:
    """The same where signals do not come; one such time a process."""
    own, ended = threading.get_ident(), threading.Event()
    of_own = ctypes.c_ulong(own)

    def stop() -> None:
        wait = seconds
        while not ended.wait(wait):
            if not _swallows(sys._current_frames().get(own)):
                ctypes.pythonapi.PyThreadState_SetAsyncExc(of_own, ctypes.py_object(TooSlow))
                return  # once only, so that no second one breaks off what follows the first
            wait = _SOON

    clock = threading.Thread(target=stop, daemon=True)
    clock.start()
    faulthandler.dump_traceback_later(seconds + _GRACE, exit=True)

    def end() -> None:
        ended.set()
        clock.join()
        faulthandler.cancel_dump_traceback_later()
        ctypes.pythonapi.PyThreadState_SetAsyncExc(of_own, None)

    return end


def _swallows(frame: FrameType | None) -> bool:
    """Whether an exception raised there would only be printed."""
    return frame is not None and frame.f_code.co_name == "__del__"
