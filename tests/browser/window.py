# SPDX-License-Identifier: AGPL-3.0-or-later
"""One window of the browser in a test: what it asked the network for, what it complained about, how many bytes came."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

PATIENCE = 20_000  # milliseconds; a busy machine is no reason to fail
DESKTOP = (1280, 900)
PHONE = (390, 844)
NARROW = (320, 640)


@dataclass
class Window:
    """A fresh profile with one page: nothing is cached, nobody is signed in unless a cookie is given."""

    browser: Browser
    origin: str
    size: tuple[int, int] = DESKTOP
    script: bool = True
    session: str = ""
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    bytes: int = 0
    context: BrowserContext = field(init=False)
    page: Page = field(init=False)

    def __enter__(self) -> Window:
        width, height = self.size
        self.context = self.browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=self.script,
            locale="it-IT",
            timezone_id="Europe/Rome",
            reduced_motion="reduce",
            base_url=self.origin,
        )
        self.context.set_default_timeout(PATIENCE)
        if self.session:
            self.context.add_cookies([{"name": "ponte", "value": self.session, "url": self.origin}])
        self.context.on("request", self._note)
        self.page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda trouble: self.complaints.append(f"script: {trouble}"))
        self._weigh()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, trouble: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.context.close()

    @property
    def left_home(self) -> list[str]:
        """Every address outside our origin that the pages asked for."""
        return [url for url in self.asked if _origin(url) not in ("", self.origin)]

    def open(self, path: str) -> int:
        """The page at this path, loaded with everything it needs; its status."""
        answer = self.page.goto(path, wait_until="load")
        assert answer is not None
        return answer.status

    def _note(self, request: Request) -> None:
        self.asked.append(request.url)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _weigh(self) -> None:
        """Bytes as they cross the wire, headers included; what the cache gives again weighs nothing."""
        wire = self.context.new_cdp_session(self.page)
        wire.send("Network.enable")

        def add(event: dict[str, Any]) -> None:
            self.bytes += int(event["encodedDataLength"])

        wire.on("Network.loadingFinished", add)


def _origin(url: str) -> str:
    """Where the network would be asked; nothing for what a page carries in itself (data:, blob:, about:)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
