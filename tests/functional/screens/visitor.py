"""Somebody at the pages without a script: follows links that are there, fills fields that are there, presses buttons that are there.

What is posted is what a browser would post of the rendered form, tokens and hidden fields included, so a page that lost
a field, a choice, a link or a button fails the test.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html


class NotOnThePage(AssertionError):
    """The page does not offer what the person wanted to use."""


class Visitor:
    """One logged-in person; `page` is what they see."""

    def __init__(self, user: User) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.client.force_login(user)
        self.page = self.opens("/admin/")

    def opens(self, address: str) -> "Page":
        """By typing the address, or a bookmark."""
        return self._see(self.client.get(address, follow=True))

    def follows(self, address: str) -> "Page":
        """By a link of the page."""
        if address not in self.page.links:
            raise NotOnThePage(f"no link to {address} on {self.page.address}")
        return self.opens(address)

    def downloads(self, address: str) -> bytes:
        """The file behind a link of the page."""
        if address not in self.page.links:
            raise NotOnThePage(f"no link to {address} on {self.page.address}")
        answer = self.client.get(address)
        assert answer.status_code == 200
        return b"".join(answer) if answer.streaming else answer.content

    def sends(self, address: str, data: dict[str, Any]) -> str:
        """Posts; the address the browser is sent on to, or "" when the answer is the page itself."""
        response = self.client.post(address, data)
        if response.status_code == 302:
            return str(response["Location"])
        self._see(response)
        return ""

    def _see(self, response: Any) -> "Page":
        assert response.status_code == 200, f"{response.request['PATH_INFO']}: {response.status_code}"
        self.page = Page(self, response.request["PATH_INFO"], html.fromstring(response.content.decode()))
        return self.page


@dataclass(frozen=True)
class Page:
    """A page as it was rendered."""

    visitor: Visitor
    address: str
    tree: html.HtmlElement

    @property
    def links(self) -> set[str]:
        return {urljoin(self.address, str(link)) for link in self.tree.xpath("//a/@href")}

    @property
    def text(self) -> str:
        """What stands on the page, without styles and scripts."""
        found = self.tree.xpath("//body//text()[not(ancestor::style or ancestor::script)]")
        return " ".join(" ".join(found).split())

    def texts(self, path: str) -> list[str]:
        """The texts of the elements of an XPath."""
        return [" ".join(found.text_content().split()) for found in self.tree.xpath(path)]

    def form(self, button: str) -> "PageForm":
        """The form of the button with that value, name or id."""
        path = "//button[(@value=$b or @name=$b or @id=$b) and not(@disabled)]"
        for pressed in self.tree.xpath(path, b=button):
            for form in self.tree.forms:
                if form in pressed.iterancestors() or form.get("id", "") == pressed.get("form"):
                    return PageForm(self, form, pressed)
        raise NotOnThePage(f"no button {button} on {self.address}: {self.text}")

    def form_with(self, name: str) -> "PageForm":
        """The form with that field and its first button."""
        for element in self.tree.forms:
            if element.xpath(".//*[@name=$n]", n=name):
                return PageForm(self, element, element.xpath(".//button[not(@disabled)]")[0])
        raise NotOnThePage(f"no field {name} on {self.address}: {self.text}")


@dataclass
class PageForm:
    """A form of a page while it is filled in."""

    page: Page
    element: html.FormElement
    button: html.HtmlElement
    files: dict[str, SimpleUploadedFile] = field(default_factory=dict)

    def fill(self, given: Mapping[str, str]) -> "PageForm":
        """Types or chooses; a field that is missing, hidden or locked, or a choice that is not offered, is refused."""
        for name, text in given.items():
            self._field(name).value = text
        return self

    def tick(self, name: str, value: str | None = None) -> "PageForm":
        """A checkbox, or all of that name."""
        boxes = [
            box
            for box in self.element.xpath(".//input[@type='checkbox'][@name=$n]", n=name)
            if value is None or box.get("value") == value
        ]
        if not boxes:
            raise NotOnThePage(f"no checkbox {name} {value} on {self.page.address}")
        for box in boxes:
            box.checked = True
        return self

    def choose_file(self, name: str, file: str, content: bytes) -> "PageForm":
        if not self.element.xpath(".//input[@type='file'][@name=$n]", n=name):
            raise NotOnThePage(f"no file field {name} on {self.page.address}")
        if self.element.get("enctype") != "multipart/form-data":
            raise NotOnThePage(f"the form on {self.page.address} can't send a file")
        self.files[name] = SimpleUploadedFile(file, content)
        return self

    def press(self) -> Page:
        """The page that comes after the button."""
        onwards = self.send()
        return self.page.visitor.opens(onwards) if onwards else self.page.visitor.page

    def send(self) -> str:
        """Presses the button without looking at the page one is sent on to: its address."""
        data: dict[str, Any] = {}
        for name, value in self.element.form_values():
            data.setdefault(name, []).append(value)
        if self.button.get("name"):
            data.setdefault(self.button.get("name"), []).append(self.button.get("value", ""))
        address = urljoin(self.page.address, self.element.get("action") or "")
        return self.page.visitor.sends(address, data | self.files)

    def _field(self, name: str) -> Any:
        found = self.element.xpath(".//*[@name=$n and not(@disabled) and not(@readonly)]", n=name)
        if len(found) != 1 or found[0].get("type") == "hidden":
            raise NotOnThePage(f"{len(found)} fields {name} to fill in on {self.page.address}")
        return found[0]
