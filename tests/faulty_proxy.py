# SPDX-License-Identifier: AGPL-3.0-or-later
"""A TCP proxy that breaks connections the ways networks do: before the request arrives, after it was done, or by silence."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from enum import StrEnum
from random import Random
from types import TracebackType
from typing import Self

ABORT = struct.pack("ii", 1, 0)  # a close with this is a reset on the other side


class Fault(StrEnum):
    """``after``: the server did the work, and its answer never arrives."""

    NONE = "none"
    RESET_BEFORE = "reset before"
    RESET_AFTER = "reset after"
    BLACKHOLE = "blackhole"


FAULTS = (Fault.NONE, Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.BLACKHOLE)


class FaultyProxy:
    """Listens while the block runs; each connection draws its own fault, the first of ``weights`` is none."""

    def __init__(self, port: int, *, weights: tuple[int, int, int, int] = (6, 2, 2, 1), seed: int = 1) -> None:
        self.upstream, self.weights, self.chance = port, weights, Random(seed)
        self.drawn: list[Fault] = []
        self.carrying: set[asyncio.Task[None] | None] = set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        self.server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self.carry, "127.0.0.1", 0, backlog=256), self.loop
        ).result()
        self.port: int = self.server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self.end(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def end(self) -> None:
        self.server.close()
        while left := [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]:
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            await asyncio.sleep(0.05)  # the loop lets go of what was aborted, and may find a last connection

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fault, task = self.chance.choices(FAULTS, self.weights)[0], asyncio.current_task()
        self.drawn.append(fault)
        self.carrying.add(task)  # the loop itself does not keep a task whose client has gone
        try:
            await self.break_by(fault, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # The client had enough, or the server went away: both are what this is about.
        finally:
            writer.transport.abort()
            self.carrying.discard(task)

    async def break_by(self, fault: Fault, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answer = b"" if fault is Fault.RESET_BEFORE else await self.asked(reader)
        match fault:
            case Fault.NONE:
                writer.write(answer)
                writer.close()
                await writer.wait_closed()
            case Fault.BLACKHOLE:
                await reader.read()  # until the client has had enough
            case _:
                sock: socket.socket = writer.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)

    async def asked(self, reader: asyncio.StreamReader) -> bytes:
        """One request (``Connection: close``) handed on whole, and the whole answer."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        body = await reader.readexactly(length)
        back, out = await asyncio.open_connection("127.0.0.1", self.upstream)
        try:
            out.write(head + body)
            return await back.read()
        finally:
            out.transport.abort()
