# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs the web door, and ends its open streams first when it stops: a page that waits for news must not hold it up."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

from dispatch.kit.newsroom import Newsroom

NOT_STARTED = 3  # uvicorn's own exit status, for a port that is taken


class Server(uvicorn.Server):
    """uvicorn waits until every answer has ended, and a stream ends only when somebody says so."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        application = self.config.app
        if isinstance(application, FastAPI):
            newsroom: Newsroom = application.state.newsroom
            newsroom.close()
        await super().shutdown(sockets)


def server_of(app: FastAPI, host: str, port: int) -> Server:
    return Server(uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False))
