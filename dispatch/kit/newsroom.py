# SPDX-License-Identifier: AGPL-3.0-or-later
"""Carries the database's news to the open pages of one process: one LISTEN connection for all who read.

The connection opens with the first reader and is opened again when the database comes back. While it is away nobody
could be told what was missed, so every stream ends then, and each browser comes back and looks for itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Set
from contextlib import contextmanager
from typing import Final

import psycopg
import structlog
from psycopg.conninfo import make_conninfo

from dispatch.errors import TooMany, Unavailable
from dispatch.kit.news import CHANNEL
from dispatch.kit.session import libpq_url

log = structlog.get_logger(__name__)
# A browser keeps six connections to one host: more streams of one session would leave none for its pages.
MOST, MOST_EACH = 300, 4
CONNECTED_WITHIN: Final = 5  # seconds
# A network that swallows packets is found out within a minute, not after the two hours of the system's own.
ALIVE: Final = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}


class Reader:
    """One open page: which topics it wants, and what it has been told since it last looked."""

    def __init__(self, whose: str, topics: Set[str]) -> None:
        self.whose, self.topics, self.over = whose, topics, False
        self._told: set[str] = set()
        self._news = asyncio.Event()

    def tell(self, topics: Set[str]) -> None:
        wanted = self.topics & topics
        if wanted:
            self._told |= wanted
            self._news.set()

    def end(self) -> None:
        self.over = True
        self._news.set()

    async def news(self, patience: float) -> list[str]:
        """What was told meanwhile, or nothing when so many seconds were quiet."""
        try:
            await asyncio.wait_for(self._news.wait(), patience)
        except TimeoutError:
            return []
        told, self._told = sorted(self._told), set()
        self._news.clear()
        return told


class Newsroom:
    """The readers of one process and the connection that hears for them; all of it lives in the server's event loop."""

    def __init__(self, url: str, *, most: int = MOST, most_each: int = MOST_EACH) -> None:
        self.url, self.most, self.most_each = url, most, most_each
        self._readers: set[Reader] = set()
        self._listening: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._closed = False

    def refuse_too_many(self, whose: str) -> None:
        """Before a stream begins, since afterwards its status has left."""
        if self._closed:
            raise Unavailable("Ponte is stopping. Come back in a minute.")
        of_this_one = sum(reader.whose == whose for reader in self._readers)
        if len(self._readers) >= self.most or of_this_one >= self.most_each:
            raise TooMany("Too many pages wait for news at once. Close some of them; this one goes on without.")

    @contextmanager
    def reading(self, whose: str, topics: Set[str]) -> Iterator[Reader]:
        reader = Reader(whose, topics)
        self._readers.add(reader)
        try:
            yield reader
        finally:
            self._readers.discard(reader)

    async def listens(self) -> bool:
        """Whether news can be heard from now on; a reader that is told so misses nothing that comes after."""
        if self._listening is None or self._listening.done():
            self._ready.clear()
            self._listening = asyncio.create_task(self._listen())
        try:
            await asyncio.wait_for(self._ready.wait(), CONNECTED_WITHIN + 1)
        except TimeoutError:
            return False
        return not self._closed

    def close(self) -> None:
        """The server stops: every stream ends now, so that none holds the stop up. Called in the server's loop."""
        self._closed = True
        if self._listening is not None:
            self._listening.cancel()
        self._send_home()

    async def _listen(self) -> None:
        """Until the connection breaks; whoever comes after that begins again."""
        try:
            address = make_conninfo(libpq_url(self.url), connect_timeout=CONNECTED_WITHIN, **ALIVE)
            connection = await psycopg.AsyncConnection.connect(address, autocommit=True)
            async with connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                self._ready.set()
                async for notify in connection.notifies():
                    told = set(notify.payload.split(","))
                    for reader in self._readers:
                        reader.tell(told)
        except psycopg.Error as trouble:
            log.warning("no news from the database", trouble=type(trouble).__name__, readers=len(self._readers))
        finally:
            self._ready.clear()
            self._send_home()

    def _send_home(self) -> None:
        for reader in self._readers:
            reader.end()
