"""An instance under fire: a web process and two workers that are killed at any moment and started again."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
from ledstang.clusters import Cluster

LEDSTANG = Path(sys.executable).with_name("ledstang")
KILLS, PATIENT = 45, 120


class Process:
    """A process of ours that is started, killed and started again. It says on its output when it is at work."""

    def __init__(self, *line: str | Path) -> None:
        self.line = [str(LEDSTANG), *map(str, line)]
        self.start()

    def start(self) -> None:
        self.ready = threading.Event()
        self.process = subprocess.Popen(self.line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        threading.Thread(target=self._listen, args=(self.process,), daemon=True).start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        with process.stdout:
            for line in process.stdout:
                if "Stop with Ctrl+C" in line:
                    self.ready.set()

    def kill(self) -> None:
        """Kill it as the kernel does when memory is short: it hears nothing of it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=PATIENT)


class Fire:
    """What a drill needs of its instance: processes to kill, and the database itself to ask. `over` ends the writing.

    `database` is a file, or with `server` an address there.
    """

    eventually: Any

    def __init__(self, folder: Path, database: str, server: Cluster | None, port: int) -> None:
        self.folder, self.database, self.server, self.port = folder, database, server, port
        self.url = f"http://127.0.0.1:{port}"
        self.over = threading.Event()
        self.processes: list[Process] = []

    def start(self) -> None:
        """Start the web process and the workers."""
        folder = self.folder
        self.processes = [
            Process("serve", folder, "--port", str(self.port)), Process("work", folder), Process("work", folder)
        ]  # fmt: skip

    def run(self, *line: str | Path) -> None:
        """Run a command of ours to its end."""
        subprocess.run([str(LEDSTANG), *map(str, line)], check=True, stdout=subprocess.DEVNULL, timeout=PATIENT)

    def open(self, eventually: Any) -> None:
        """Kill one after the other, each while it is at work and at any moment of that, and start it again."""
        web, one, other = self.processes
        for target, _ in zip(cycle([web, one, other, one, other]), range(KILLS), strict=False):
            assert target.ready.wait(PATIENT), "a process that was killed did not start again"
            if target is web:
                eventually(self.is_served)
            self.over.wait(random.uniform(0, 0.3))
            target.kill()
            target.start()

    def cease(self) -> None:
        """End all processes."""
        self.over.set()
        for process in self.processes:
            process.kill()

    def is_served(self) -> bool:
        """Say whether the web process answers: it says where it is a moment before."""
        try:
            return httpx.get(f"{self.url}/ready").status_code == 200
        except httpx.TransportError:
            return False

    def is_settled(self) -> bool:
        """Say whether the workers have done all that is left to do now. What waits for another day is not."""
        soon = f"{datetime.now(UTC) + timedelta(hours=1):%Y-%m-%d %H:%M:%S}+00:00"
        return self.query(f"SELECT count(*) FROM outbox WHERE due < '{soon}'") == 0

    def is_sound(self) -> bool:
        """Say whether a database in a file is whole."""
        return self.server is not None or self.rows("PRAGMA integrity_check") == [["ok"]]

    def query(self, sql: str) -> int:
        """Return the one number that a query answers with."""
        return int(self.rows(sql)[0][0])

    def rows(self, sql: str) -> list[list[str]]:
        """Return the rows that a query answers with, as text. No value of them may hold a line or a bar."""
        if self.server:
            told = self.server.ask(self.database.rpartition("/")[2], sql)
            return [line.split("|") for line in told.splitlines()]
        with sqlite3.connect(self.database, timeout=30) as connection:
            return [[str(value) for value in row] for row in connection.execute(sql)]
