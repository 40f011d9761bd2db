"""An event loop on which time is a number: nothing waits, and the same seed gives the same steps.

A step is one callback: the whole of what asyncio runs between two looks at its queue. When no step is ready, time
jumps to the next timer. Between any two steps a test may interrupt.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from contextvars import Context
from typing import Any, TypeVar, TypeVarTuple

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Standstill(AssertionError):
    """Nothing is ready and no timer is set: everybody waits for somebody else."""


class Endless(AssertionError):
    """So many steps that somebody must be going round in circles."""


class VirtualLoop(asyncio.BaseEventLoop):
    """An event loop without a clock, a selector and threads; `most` is the number of steps that it makes."""

    def __init__(self, most: int = 1_000_000) -> None:
        super().__init__()
        self.most = most
        self.steps = 0
        self.faults: list[
            tuple[int, str]
        ] = []  # exceptions nobody looked at: the task's number, and what it was
        self._now = 0.0
        self._queue: deque[asyncio.Handle] = deque()
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._ties = itertools.count()
        self._signals: dict[int, Callable[[], object]] = {}
        self._interrupts: list[tuple[int, int, Callable[[], None]]] = []
        self.set_exception_handler(lambda _, context: self.faults.append(_fault(context)))

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._now

    # --- steps

    def interrupt_after(self, steps: int, what: Callable[[], None]) -> None:
        """Call `what` between two steps, so many steps from now."""
        heapq.heappush(self._interrupts, (self.steps + steps, next(self._ties), what))

    def _run_once(self) -> None:
        while self._interrupts and self._interrupts[0][0] <= self.steps:
            heapq.heappop(self._interrupts)[2]()
        while self._timers and self._timers[0][2].cancelled():
            heapq.heappop(self._timers)
        if not self._queue:
            if not self._timers:
                raise Standstill
            self._now = max(self._now, self._timers[0][0])
        while self._timers and self._timers[0][0] <= self._now:
            self._queue.append(heapq.heappop(self._timers)[2])
        if self.steps >= self.most:
            raise Endless
        handle = self._queue.popleft()
        if not handle.cancelled():
            self.steps += 1
            handle._run()

    def call_soon(
        self,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """Queue a step."""
        handle = asyncio.Handle(callback, args, self, context)
        self._queue.append(handle)
        return handle

    call_soon_threadsafe = call_soon  # there are no other threads

    def call_at(
        self,
        when: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Queue a step for a virtual instant; what is set for the same one comes in the order of its setting."""
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        heapq.heappush(self._timers, (when, next(self._ties), handle))
        return handle

    def call_later(
        self,
        delay: float,
        callback: Callable[[*Ts], object],
        *args: *Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Queue a step for so many virtual seconds from now."""
        return self.call_at(self._now + max(0.0, delay), callback, *args, context=context)

    # --- what has no place here

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Run it at once, in this thread."""
        future: asyncio.Future[T] = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as fault:
            future.set_exception(fault)
        return future

    def add_signal_handler(self, sig: int, callback: Callable[[*Ts], object], *args: *Ts) -> None:
        """Remember it for `signal`."""
        self._signals[sig] = lambda: callback(*args)

    def signal(self, sig: int) -> None:
        """What the process does when it gets this signal."""
        self._signals[sig]()


def number(task: asyncio.Task[Any]) -> int:
    """Which task this is: later ones have higher numbers."""
    return int(task.get_name().split("-")[-1])


def _fault(context: dict[str, Any]) -> tuple[int, str]:
    exception, task = context.get("exception"), context.get("task") or context.get("future")
    which = number(task) if isinstance(task, asyncio.Task) else sys.maxsize
    return which, f"{context.get('message')}: {type(exception).__name__}: {exception}"
