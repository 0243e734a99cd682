# SPDX-License-Identifier: AGPL-3.0-or-later
"""A TCP proxy that breaks connections the ways networks do: before the request arrives, after it was done, or by silence."""

from __future__ import annotations

import asyncio
import contextlib
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
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fault = self.chance.choices(FAULTS, self.weights)[0]
        self.drawn.append(fault)
        with contextlib.suppress(OSError):
            if fault is not Fault.RESET_BEFORE:
                answer = await self.asked(reader)
                if fault is Fault.BLACKHOLE:
                    await reader.read()  # until the client has had enough
                elif fault is Fault.NONE:
                    writer.write(answer)
                    await writer.drain()
            if fault in (Fault.RESET_BEFORE, Fault.RESET_AFTER):
                sock: socket.socket = writer.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
        writer.close()

    async def asked(self, reader: asyncio.StreamReader) -> bytes:
        """One request (``Connection: close``) handed on whole, and the whole answer."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        body = await reader.readexactly(length)
        back, out = await asyncio.open_connection("127.0.0.1", self.upstream)
        out.write(head + body)
        answer = await back.read()
        out.close()
        return answer
