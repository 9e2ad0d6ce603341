"""Browser pages that watch themselves: a request to another machine, an error of a script or on the console fails the test."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

DESKTOP = (1440, 900)
PHONE = (390, 844)
OWN_HOSTS = {"127.0.0.1", "localhost"}


@dataclass
class Watch:
    """What went wrong in a context. `allow` a pattern where a test provokes it (a refused page logs an error)."""

    problems: list[str] = field(default_factory=list)
    allowed: list[re.Pattern[str]] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        self.allowed.append(re.compile(pattern))

    def follow(self, context: BrowserContext) -> None:
        """Listen to every page of the context."""
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.problems.append(f"script error: {error.error}"))

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in OWN_HOSTS:
            self.problems.append(f"request to another machine: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console error: {message.text} ({message.location.get('url', '')})")

    def left(self) -> list[str]:
        """The problems that no test asked for."""
        return [text for text in self.problems if not any(pattern.search(text) for pattern in self.allowed)]


class Pages:
    """Opens pages as a Chinese user's browser would; all of them are watched by `watch`."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.watch = Watch()

    def open(self, size: tuple[int, int] = DESKTOP) -> Page:
        """A page with its own cookies, width and height in CSS pixels; PHONE also has touch and 2 device pixels."""
        phone = size == PHONE
        context = self.browser.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": size[0], "height": size[1]},
            has_touch=phone,
            is_mobile=phone,
            device_scale_factor=2 if phone else 1,
        )
        context.set_default_timeout(15_000)
        self.watch.follow(context)
        return context.new_page()
