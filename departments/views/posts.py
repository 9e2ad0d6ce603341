"""The two pages of a post: handing it over, and somebody acting for its holder."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminSelectWidget

from departments.exceptions import DepartmentsError
from departments.models import Membership
from departments.services import posts
from departments.templatetags.people import person_name


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        name = obj.get_full_name()
        return f"{name}（{obj.username}）" if name else obj.username


class HandOverForm(forms.Form):
    to = PersonField(User.objects.none(), label=gettext_lazy("new holder"), widget=UnfoldAdminSelectWidget)
    on = forms.DateField(label=gettext_lazy("first day"), widget=UnfoldAdminDateWidget)


class ActingForm(forms.Form):
    who = PersonField(
        User.objects.none(), label=gettext_lazy("who takes the place"), widget=UnfoldAdminSelectWidget
    )
    first = forms.DateField(label=gettext_lazy("first day"), widget=UnfoldAdminDateWidget)
    last = forms.DateField(label=gettext_lazy("last day"), widget=UnfoldAdminDateWidget)


def hand_over_page(
    request: HttpRequest, membership: Membership, people: QuerySet[User], context: dict[str, Any]
) -> HttpResponse:
    form = HandOverForm(request.POST or None, initial={"on": timezone.localdate()})
    form.fields["to"].queryset = people.exclude(pk=membership.user_id)  # type: ignore[attr-defined]

    def act(data: dict[str, Any]) -> str:
        done = posts.hand_over(membership=membership, to=data["to"], on=data["on"], user=request.user)
        return _("Handed over to %(name)s from %(day)s; open forms waiting there: %(n)s.") % {
            "name": person_name(data["to"]),
            "day": data["on"],
            "n": done.open_forms,
        }

    words = (
        _("Hand over"),
        _(
            "The present holder keeps the post to the day before. Drafts and submitted forms belong to the unit and stay."
        ),
    )
    return _page(request, membership, form, act, words, context)


def acting_page(
    request: HttpRequest, membership: Membership, people: QuerySet[User], context: dict[str, Any]
) -> HttpResponse:
    today = timezone.localdate()
    form = ActingForm(request.POST or None, initial={"first": today, "last": today})
    form.fields["who"].queryset = people.exclude(pk=membership.user_id)  # type: ignore[attr-defined]

    def act(data: dict[str, Any]) -> str:
        posts.act_for(
            membership=membership,
            who=data["who"],
            first=data["first"],
            last=data["last"],
            user=request.user,
        )
        return _("%(name)s acts for %(holder)s from %(first)s to %(last)s.") % {
            "name": person_name(data["who"]),
            "holder": person_name(membership.user),
            "first": data["first"],
            "last": data["last"],
        }

    words = (
        _("Somebody acts for this person"),
        _(
            "Both days are included; afterwards the right ends by itself. What is done meanwhile is recorded for both names."
        ),
    )
    return _page(request, membership, form, act, words, context)


def _page(
    request: HttpRequest,
    membership: Membership,
    form: forms.Form,
    act: Any,
    words: tuple[str, str],
    context: dict[str, Any],
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, act(form.cleaned_data))
            return HttpResponseRedirect(reverse("admin:departments_membership_changelist"))
        except DepartmentsError as refusal:
            form.add_error(None, str(refusal))
    title, explanation = words
    return TemplateResponse(
        request,
        "departments/post.html",
        context | {"title": title, "explanation": explanation, "form": form, "membership": membership},
    )
