"""Ctrl-C in a long call. Python hears signals only in its main thread and only between its own instructions, so long
work goes on a thread of its own, and the caller waits where it can be woken."""
from __future__ import annotations

import threading
from typing import Any, Callable

from ._library import ffi

PATIENCE = 0.2  # seconds in which work that was told to stop may end before the caller goes on without it


class Stop:
    """Asked by the work whether it shall stop; keep_going is the same as a C callback."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.is_set, self.set = self._event.is_set, self._event.set
        self.keep_going = ffi.callback("bool(void *)", lambda _: not self._event.is_set(), error=False)


def interruptible(work: Callable[[Stop], Any]) -> Any:
    """work(stop), done on another thread. An exception here, such as KeyboardInterrupt, tells it to stop and is raised
    within PATIENCE. A step of C that takes longer ends by itself later: so work must own everything that it touches."""
    stop, done = Stop(), threading.Event()
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.extend((True, work(stop)))
        except BaseException as error:  # handed to the caller below
            outcome.extend((False, error))
        finally:
            done.set()

    threading.Thread(target=run, name="relive").start()
    try:
        done.wait()
    except BaseException:
        stop.set()
        done.wait(PATIENCE)
        raise
    good, found = outcome
    if good:
        return found
    try:
        raise found
    finally:
        del found, outcome  # the exception's trace holds this frame, which need not hold the exception
