"""我的接口令牌: everybody makes and revokes their own; the key is shown once, by the answer to its making."""

import datetime as dt
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.models import Office
from departments.permissions import memberships_of
from reports.exceptions import Refused
from reports.models import ApiToken
from reports.services.tokens import make_token, revoke_token

DAYS = (
    (30, gettext_lazy("one month")),
    (90, gettext_lazy("three months")),
    (180, gettext_lazy("half a year")),
    (365, gettext_lazy("one year")),
)


class TokenForm(forms.Form):
    """What a token is for, how long it is valid, and (asked of people of several) in which office."""

    name = forms.CharField(label=gettext_lazy("what for"), max_length=60)
    days = forms.TypedChoiceField(label=gettext_lazy("valid for"), choices=DAYS, coerce=int, initial=90)
    office = forms.ModelChoiceField(
        label=gettext_lazy("office"), queryset=Office.objects.none(), empty_label=None
    )

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data)
        offices = Office.objects.filter(pk__in={m.office_id for m in memberships_of(user)})
        office = cast(forms.ModelChoiceField, self.fields["office"])
        office.queryset, office.initial = offices, offices.first()
        if len(offices) < 2:
            office.widget = forms.HiddenInput()


def tokens_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """One's own tokens. POST makes one; its key stands on the answer, which the admin lets nobody keep."""
    form = TokenForm(request.POST or None, user=request.user)
    made: tuple[ApiToken, str] | None = None
    if request.method == "POST" and form.is_valid():
        made = _make(request, form)
        if made:
            form = TokenForm(None, user=request.user)
    today = timezone.localdate()
    tokens = list(ApiToken.objects.filter(user=request.user.pk).select_related("office", "revoked_by"))
    return TemplateResponse(
        request,
        "reports/tokens.html",
        context
        | {
            "title": _("My interface tokens"),
            "form": form,
            "tokens": [(token, token.is_valid(today)) for token in tokens],
            "several": len({token.office_id for token in tokens}) > 1,
            "may_make": bool(memberships_of(request.user)),
            "made": made[0] if made else None,
            "key": made[1] if made else "",
        },
    )


def _make(request: HttpRequest, form: TokenForm) -> tuple[ApiToken, str] | None:
    last_day = timezone.localdate() + dt.timedelta(days=form.cleaned_data["days"])
    try:
        return make_token(
            user=cast(User, request.user),
            office=form.cleaned_data["office"],
            name=form.cleaned_data["name"],
            expires_on=last_day,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def revoke(request: HttpRequest, token: ApiToken) -> HttpResponse:
    """Ends the token; back to one's own, or to the list of the office's."""
    try:
        revoke_token(token=token, user=cast(User, request.user))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%s” is revoked: whoever uses it is refused from now on.") % token.name)
    if token.user_id == request.user.pk and request.POST.get("back") != "list":
        return HttpResponseRedirect(reverse("admin:reports_apitoken_mine"))
    return HttpResponseRedirect(reverse("admin:reports_apitoken_changelist"))
