"""People at their own browser: everything they do, they do on the page."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

SESSION = "sessionid"
FINDINGS = re.compile(r"/check/$")


@dataclass
class Person:
    """One account in one browser window."""

    page: Page
    site: str
    username: str
    password: str

    def opens(self, path: str = "/admin/") -> None:
        self.page.goto(f"{self.site}{path}")

    def logs_in(self) -> None:
        """From whatever page asks for it."""
        if "/login/" not in self.page.url:
            self.opens()
        self.page.locator("#id_username").fill(self.username)
        self.page.locator("#id_password").fill(self.password)
        self.page.locator("#id_password").press("Enter")
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def loses_the_session(self) -> None:
        """As after a long lunch: the cookie is gone, the page is still open."""
        self.page.context.clear_cookies(name=SESSION)

    def presses(self, name: str) -> None:
        """A button or link by the words on it."""
        page = self.page
        page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first.click()

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def types(self, item: str, text: str) -> None:
        """Into a cell of a form, then on to the next with the Enter key."""
        cell = self.page.locator(f"#cell-{item}")
        cell.fill(text)
        cell.press("Enter")

    def reads_the_findings(self, act: Callable[[], object]) -> None:
        """Does something on a form and looks at what the page then says before going on."""
        with self.page.expect_response(FINDINGS):
            act()

    def waits_until_saved(self) -> None:
        """The form saves itself and says so."""
        expect(self.page.locator("#save-state")).to_contain_text("自动保存")
