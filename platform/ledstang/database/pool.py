"""The open connections of one database: readers that share a queue, readers for snapshots, one for a glance, one writer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from queue import SimpleQueue
from typing import Any

from ledstang.database.faults import WriterBusy
from ledstang.database.transactions import Lease
from ledstang.database.workers import Jobs, Opener, Row, Statement, Worker, fetch, fetch_each
from ledstang.database.writer import Writer

MOST_SNAPSHOTS = 4


class Pool:
    """Everything that is open. Snapshots have readers of their own, so that a long one keeps no page waiting."""

    def __init__(self, writing: Opener, reading: Opener, readers: int, patience: float) -> None:
        self._jobs: Jobs = SimpleQueue()
        self._reading = reading
        self._patience = patience
        self._writing = Worker("ledstang-writer", writing)
        self._readers = [Worker(f"ledstang-reader-{number}", reading, self._jobs) for number in range(readers)]
        self._idle: list[Worker] = []
        self._snapshots: list[Worker] = []
        self._places = asyncio.Semaphore(MOST_SNAPSHOTS)

    async def start(self, where: str) -> None:
        """Open the writer, which makes the file, and then the readers."""
        self._where = where
        await self._writing.start()
        self.writer = Writer(self._writing, where, self._patience)
        try:
            for reader in self._readers:
                await reader.start()
            self._glancing = self._reading()
            self._glancing.execute("PRAGMA busy_timeout = 0")  # a reader waits for nobody, and the loop must not
        except BaseException:
            for worker in (self._writing, *self._readers):
                worker.stop()
            raise

    async def stop(self) -> None:
        """Wait for the writer, then close all; the writer last, so that the write-ahead log is put away."""
        await self.writer.finish()
        self._glancing.close()
        for worker in (*self._readers, *self._snapshots):
            worker.stop()
        await asyncio.to_thread(self._join, *self._readers, *self._snapshots)
        self._writing.stop()
        await asyncio.to_thread(self._join, self._writing)

    def read(self, sql: str, arguments: Sequence[Any]) -> asyncio.Future[list[Row]]:
        """Run one read on whichever reader is free."""
        return self._readers[0].submit(fetch, sql, arguments)

    def glance(self, sql: str, arguments: Sequence[Any]) -> list[Row]:
        """Run one read at once, on the loop's own thread."""
        return fetch(self._glancing, sql, arguments)

    def read_each(self, statements: Sequence[Statement]) -> asyncio.Future[list[list[Row]]]:
        """Run several reads on one reader, in one job and one snapshot."""
        return self._readers[0].submit(fetch_each, statements)

    async def lease_writer(self) -> Lease:
        """Take the writer for a transaction. Raises `WriterBusy`."""
        await self.writer.take()
        return Lease(self._writing, self.writer.give_back)

    async def lease_reader(self) -> Lease:
        """Take a reader of one's own for a snapshot. Raises `WriterBusy` when too many are open for too long."""
        try:
            async with asyncio.timeout(self._patience):
                await self._places.acquire()
        except TimeoutError:
            raise WriterBusy(self._where, self._patience) from None
        try:
            worker = self._idle.pop() if self._idle else await self._new_snapshot_worker()
        except BaseException:
            self._places.release()
            raise
        return Lease(worker, lambda: self._take_back(worker))

    async def lease_new(self, opener: Opener) -> Lease:
        """Open a connection for one transaction, closed when it is given back."""
        worker = Worker("ledstang-schema", opener)
        await worker.start()
        return Lease(worker, worker.stop)

    async def _new_snapshot_worker(self) -> Worker:
        worker = Worker("ledstang-snapshot", self._reading)
        await worker.start()
        self._snapshots.append(worker)
        return worker

    def _take_back(self, worker: Worker) -> None:
        worker.post_cleaning()
        self._idle.append(worker)
        self._places.release()

    @staticmethod
    def _join(*workers: Worker) -> None:
        for worker in workers:
            worker.join()
