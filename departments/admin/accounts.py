"""Accounts and what they may do. An administrator keeps the accounts of the own office; nobody hands out more than that."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group as DjangoGroup
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from departments.admin.base import OfficeFilterMixin, ScopedAdmin, ScopedTabularInline, VisibleFilter
from departments.choices import Role
from departments.models import Membership
from departments.permissions import offices_of

for _model in (User, DjangoGroup):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


def accounts_of(user: Any, *, to_change: bool = False) -> QuerySet[User]:
    """Accounts with a role in an office the person administers; to change: with roles nowhere else, and no superuser."""
    if user.is_superuser:
        return User.objects.all()
    offices = offices_of(user, {Role.ADMINISTRATOR})
    own = Membership.objects.filter(user=OuterRef("pk"))
    found = User.objects.filter(Exists(own.filter(office__in=offices)), is_superuser=False)
    return found.exclude(Exists(own.exclude(office__in=offices))) if to_change else found


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
class AccountAdmin(UserAdmin, ScopedAdmin):  # type: ignore[misc]
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
    list_display = ("person", "office", "unit", "role", "valid_from", "valid_to")
    list_filter = ("role", ("unit", VisibleFilter))
    fields = ("user", "office", "unit", "role", "valid_from", "valid_to")
    search_fields = ("user__username", "user__last_name", "unit__name")
    list_select_related = ("user", "office", "unit")

    @admin.display(description=gettext_lazy("account"), ordering="user__username")
    def person(self, obj: Membership) -> str:
        name = obj.user.get_full_name()
        return f"{name}（{obj.user.username}）" if name else obj.user.username

    def choices_for(self, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        if db_field.name == "user":
            return accounts_of(request.user)
        return super().choices_for(db_field, request)
