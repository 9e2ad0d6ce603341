"""The real quarter of Wujin as its pack gives it, and people at its template pages."""

from collections.abc import Callable
from pathlib import Path

from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page

from govsvc.packs.demonstration import Demonstration
from govsvc.packs.reading import read_pack
from reports.models import Bulletin

PACK = Path(__file__).parents[3] / "packs" / "wujin"
PERIOD = "2022Q1"
Seat = Callable[..., Page]


def wujin() -> Bulletin:
    """Its bulletin with all figures of the quarter entered and approved."""
    demonstration = Demonstration(read_pack(PACK), lambda _line: None, lambda *_state: None, worker=False)
    demonstration.prepare()
    demonstration.fill()
    return Bulletin.objects.get()


def person(name: str) -> User:
    return User.objects.get(username=f"wujin-{name}")


def enter(page: Page, server: str, user: User, path: str) -> Page:
    """The page opened by somebody who is logged in."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": server}])
    page.goto(server + path)
    return page
