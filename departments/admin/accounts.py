"""Accounts and what they may do. An administrator keeps the accounts of the own office; nobody hands out more than that."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group as DjangoGroup
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.formats.base_formats import XLSX
from tablib import Dataset
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from departments.admin.base import OfficeFilterMixin, ScopedAdmin, ScopedTabularInline, VisibleFilter
from departments.admin.transfer import SetupTransfer
from departments.choices import Role
from departments.exceptions import DepartmentsError
from departments.formula_safety import safe_cell
from departments.models import Membership
from departments.permissions import get_visible, offices_of
from departments.resources.accounts import AccountTable
from departments.services.accounts import accounts_of, first_passwords
from departments.templatetags.people import person_name
from departments.views.posts import acting_page, hand_over_page

for _model in (User, DjangoGroup):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


class MembershipFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if not kept and not getattr(self, "may_be_empty", False):
            raise ValidationError(
                _("Give the account at least one role; without one nobody of the office sees it.")
            )


class MembershipInline(ScopedTabularInline):
    model = Membership
    fk_name = "user"
    formset = MembershipFormSet
    fields = ("office", "unit", "role", "valid_from", "valid_to")
    extra = 1

    def _may(self, request: HttpRequest, action: str, obj: Any) -> bool:
        if obj is not None and action != "view":
            return accounts_of(request.user, to_change=True).filter(pk=obj.pk).exists()
        return request.user.has_perm(f"departments.{action}_membership")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.may_be_empty = request.user.is_superuser
        return formset

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1


@admin.register(User)
class AccountAdmin(UserAdmin, ScopedAdmin, SetupTransfer):  # type: ignore[misc]
    table = AccountTable
    actions = ("give_first_passwords",)
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "last_name", "email", "is_active", "roles", "last_login")
    list_filter = ("is_active",)
    search_fields = ("username", "last_name", "email")
    filter_horizontal = ()
    ordering = ("username",)
    readonly_fields = ("last_login", "date_joined")
    inlines = (MembershipInline,)
    add_fieldsets = ((None, {"fields": ("username", "last_name", "email", "password1", "password2")}),)

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, account: User) -> str:
        return "；".join(
            f"{row.unit or row.office} {row.get_role_display()}" for row in account.memberships.all()
        )

    @admin.action(description=gettext_lazy("Give first passwords"))
    def give_first_passwords(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """A list to hand out, made once; accounts somebody has used keep their password."""
        try:
            passwords = first_passwords(accounts=queryset, user=request.user)
        except DepartmentsError as error:
            messages.error(request, str(error))
            return None
        if not passwords:
            messages.warning(request, _("None of these accounts is new: nobody's password was changed."))
            return None
        names = dict(queryset.filter(username__in=passwords).values_list("username", "last_name"))
        table = Dataset(headers=["用户名", "姓名", "初始密码"], title="初始密码")
        for username, password in passwords.items():
            table.append([safe_cell(username), safe_cell(names.get(username, "")), password])
        response = HttpResponse(table.export("xlsx"), content_type=XLSX.CONTENT_TYPE)
        response["Content-Disposition"] = 'attachment; filename="passwords.xlsx"'
        return response

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:  # type: ignore[override]
        """Accounts carry no scope of their own: what may be changed says `accounts_of`."""
        mine = accounts_of(request.user, to_change=True)
        return super(ScopedAdmin, self).response_action(request, queryset.filter(pk__in=mine.values("pk")))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        fields = ("username", "password", "last_name", "email", "is_active", "last_login", "date_joined")
        return ((None, {"fields": (*fields, "is_superuser") if request.user.is_superuser else fields}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        rows = User._default_manager.order_by(*self.ordering).prefetch_related(
            "memberships__office", "memberships__unit"
        )
        return rows.filter(pk__in=accounts_of(request.user).values("pk"))

    def _may(self, request: HttpRequest, action: str, obj: Any) -> bool:
        user = request.user
        if not offices_of(user, {Role.ADMINISTRATOR}).exists() and not user.is_superuser:
            return False
        # An account stands behind events for ever: it is made inactive, not deleted.
        if action == "delete":
            return False
        if obj is None or obj.pk is None:
            return True
        return accounts_of(user, to_change=action == "change").filter(pk=obj.pk).exists()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.is_staff = True
        obj.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self.require_reach(request, form.instance, change)

    def require_reach(self, request: HttpRequest, obj: User, change: bool) -> None:
        if not accounts_of(request.user, to_change=True).filter(pk=obj.pk).exists():
            raise PermissionDenied(_("This would belong to an office that is not yours. Nothing was saved."))


@admin.register(Membership)
class MembershipAdmin(OfficeFilterMixin, ScopedAdmin):
    list_display = ("person", "office", "unit", "role", "valid_from", "valid_to", "place_of", "moves")
    list_filter = ("role", ("unit", VisibleFilter))
    fields = ("user", "office", "unit", "role", "valid_from", "valid_to", "acting_for")
    search_fields = ("user__username", "user__last_name", "unit__name")
    list_select_related = ("user", "office", "unit", "acting_for")

    @admin.display(description=gettext_lazy("acting for"))
    def place_of(self, obj: Membership) -> str:
        return person_name(obj.acting_for)

    @admin.display(description=gettext_lazy("hand over / act for"))
    def moves(self, obj: Membership) -> str:
        if obj.acting_for_id:
            return ""
        pages = ((_("Hand over"), "hand_over"), (_("Acting"), "acting"))
        return format_html_join(
            " · ",
            '<a class="gs-link" href="{}">{}</a>',
            ((reverse(f"admin:departments_membership_{name}", args=[obj.pk]), text) for text, name in pages),
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path(
                "<int:object_id>/hand-over/",
                view(partial(self.post_view, hand_over_page)),
                name="departments_membership_hand_over",
            ),
            path(
                "<int:object_id>/acting/",
                view(partial(self.post_view, acting_page)),
                name="departments_membership_acting",
            ),
        ]
        return own + super().get_urls()

    def post_view(self, page: Any, request: HttpRequest, object_id: int) -> HttpResponse:
        post = get_visible(
            Membership.objects.select_related("user", "office", "unit"), request.user, "change", pk=object_id
        )
        people = accounts_of(request.user).filter(is_active=True).order_by("username")
        return page(request, post, people, self.admin_site.each_context(request) | {"opts": self.opts})

    @admin.display(description=gettext_lazy("account"), ordering="user__username")
    def person(self, obj: Membership) -> str:
        name = obj.user.get_full_name()
        return f"{name}（{obj.user.username}）" if name else obj.user.username

    def choices_for(self, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        if db_field.name in ("user", "acting_for"):
            return accounts_of(request.user)
        return super().choices_for(db_field, request)
