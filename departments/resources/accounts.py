"""账号与授权: one row per role of a person; several rows of one user name give several roles.

Accounts are made without a usable password. An account of another office, or one this administrator may not change, is
never touched and nothing of it is told: its name is taken, that is all.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from departments.choices import Role
from departments.exceptions import DepartmentsError
from departments.models import Membership, Unit
from departments.permissions import offices_of
from departments.resources.base import (
    Column,
    Row,
    RowError,
    TableResource,
    Texts,
    code_of,
    day_of,
    read_choice,
    read_date,
    text_of,
)
from departments.services.accounts import accounts_of
from departments.services.organisation import UnitNames, grant, save_account


class AccountTable(TableResource):
    """Rows are keyed by user name, unit and role. Roles are given and dated, never taken away: write an end day instead."""

    key_columns = ("username", "unit", "role")
    columns = (
        Column("username", "用户名", ("账号", "登录名"), required=True),
        Column("name", "姓名", required=True),
        Column("email", "邮箱", ("电子邮箱", "电子邮件", "e-mail")),
        Column("unit", "单位", ("单位代码", "填报单位", "部门")),
        Column("role", "角色", required=True),
        Column("valid_from", "起", ("起始日期", "开始日期")),
        Column("valid_to", "止", ("结束日期", "截止日期")),
    )

    @classmethod
    def get_display_name(cls) -> str:
        return _("Accounts, one row per role")

    def stored(self) -> Iterable[Model]:
        assert self.office is not None
        self.names = UnitNames(self.office)
        self.units = {unit.code: unit for unit in Unit.objects.filter(office=self.office)}
        mine = accounts_of(self.user)
        self.reachable = {user.username: user for user in accounts_of(self.user, to_change=True)}
        return _roles(Membership.objects.filter(office=self.office, user__in=mine, acting_for=None))

    def exported(self, queryset: QuerySet[User]) -> Iterable[Membership]:
        """The list is of accounts; their roles only where the person administers, so no other office is named."""
        offices = offices_of(self.user, {Role.ADMINISTRATOR})
        return _roles(
            Membership.objects.filter(user__in=queryset.order_by(), office__in=offices, acting_for=None)
        )

    def texts_of(self, instance: Membership) -> Texts:
        return {
            "username": instance.user.username,
            "name": instance.user.last_name,
            "email": instance.user.email,
            "unit": instance.unit.code if instance.unit else "",
            "role": str(instance.get_role_display()),
            "valid_from": text_of(instance.valid_from),
            "valid_to": text_of(instance.valid_to),
        }

    def key_of(self, texts: Mapping[str, str]) -> tuple[str, ...]:
        """Unit and role in any spelling; one that means nothing is its own key and fails in its row."""
        try:
            return (
                texts.get("username", ""),
                self._unit(texts.get("unit", "")),
                read_choice("角色", texts.get("role", ""), Role.choices),
            )
        except DepartmentsError:
            return super().key_of(texts)

    def readers(self) -> dict[str, Callable[[str], str]]:
        return {
            "unit": self._unit,
            "role": lambda text: read_choice("角色", text, Role.choices),
            "valid_from": partial(read_date, "起"),
            "valid_to": partial(read_date, "止"),
        }

    def save(self, row: Row, texts: Texts) -> Model:
        assert self.office is not None
        username = texts["username"]
        if username not in self.reachable:
            if User.objects.filter(username=username).exists():
                raise RowError("用户名", _("“%s” is taken: choose another user name.") % username)
            self.reachable[username] = save_account(username=username, name="")
        account = self.reachable[username]
        if (account.last_name, account.email) != (texts["name"], texts["email"]):
            self._check_agreement(username, texts)
            account = self.reachable[username] = save_account(
                username=username, name=texts["name"], email=texts["email"]
            )
        return grant(
            user=account,
            office=self.office,
            role=code_of(texts["role"], Role.choices),
            unit=self.units[texts["unit"]] if texts["unit"] else None,
            valid_from=day_of(texts["valid_from"]),
            valid_to=day_of(texts["valid_to"]),
        )

    def _check_agreement(self, username: str, texts: Texts) -> None:
        """Several rows of one person must say the same of the person."""
        for row in self.by_key.values():
            if row.texts.get("username") == username:
                for name in ("name", "email"):
                    if name in row.texts and row.texts[name] != texts[name]:
                        raise RowError(
                            "姓名" if name == "name" else "邮箱",
                            _("“%s” stands in several rows that differ here.") % username,
                        )

    def _unit(self, text: str) -> str:
        if not text:
            return ""
        try:
            return self.names.find(text).code
        except DepartmentsError as error:
            raise RowError("单位", str(error)) from error


def _roles(rows: QuerySet[Membership]) -> QuerySet[Membership]:
    return rows.select_related("user", "unit").order_by("user__username", "office", "unit__code", "role")
