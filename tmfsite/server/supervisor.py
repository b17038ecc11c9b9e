"""Starts the processes of the suite together and stops them together, leaving none behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from threading import Event
from types import FrameType
from typing import Final, Self

_PR_SET_PDEATHSIG: Final = 1
_PATIENCE: Final = 10.0  # seconds to finish what is under way
_libc: Final = ctypes.CDLL(None) if sys.platform == "linux" else None


class Supervisor:
    """A group of child processes that live and die together: a context manager that stops them when it is left."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self._stop = Event()

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a child: in a process group of its own, so that Ctrl-C reaches only this process."""
        self.children[name] = subprocess.Popen(  # noqa: S603
            command, env=self.environment, process_group=0, stdin=subprocess.DEVNULL, preexec_fn=_die_with_parent
        )

    def pause(self, seconds: float) -> bool:
        """Wait; return whether to go on: nobody asked to stop, and every child lives."""
        return not self._stop.wait(seconds) and not self.dead()

    def dead(self) -> dict[str, int]:
        """Return the exit codes of the children that ended by themselves."""
        codes = {name: child.poll() for name, child in self.children.items()}
        return {name: code for name, code in codes.items() if code is not None}

    def stop(self) -> None:
        """End the children: politely first; then whatever is left of them and of their own children."""
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        for child in self.children.values():
            try:
                child.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                pass
            finally:
                _end_group(child.pid)
                child.wait()


def _end_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _die_with_parent() -> None:
    """In the child, before it becomes its program: have the kernel end it when the parent is killed (Linux)."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
