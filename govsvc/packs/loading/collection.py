"""What surrounds the forms: calendar days, categories, opening rules and reminders, comparisons of sources."""

from departments.models import Form, Item, ReminderRule
from departments.services import categories, comparisons, schedules
from govsvc.packs.loading.state import Loading
from govsvc.packs.schema import FormFile


def save_calendar(job: Loading) -> None:
    for row in job.pack.calendar:
        with job.at(row):
            schedules.save_calendar_day(
                office=job.office, day=row.spec.day, is_working=row.spec.working, name=row.spec.name
            )


def save_categories(job: Loading) -> None:
    for row in job.pack.category_lists:
        with job.at(row):
            job.category_lists[row.spec.code] = categories.save_category_list(
                office=job.office,
                code=row.spec.code,
                name=row.spec.name,
                units_may_add=row.spec.units_may_add,
            )
    places: dict[str, int] = {}
    for category in job.pack.categories:
        spec = category.spec
        places[spec.list] = places.get(spec.list, 0) + 1
        with job.at(category):
            categories.save_category(
                list=job.category_lists[spec.list],
                code=spec.code,
                unit=job.unit(spec.unit) if spec.unit else None,
                name=spec.name,
                order=places[spec.list] if spec.order is None else spec.order,
            )


def save_duties(form: Form, spec: FormFile) -> None:
    """Opening rules and reminders are as the file says: what it does not mention goes."""
    for rule in spec.schedules:
        fields = {name: getattr(rule, name) for name in type(rule).model_fields}
        schedules.save_schedule(form=form, **fields)
    form.schedules.exclude(valid_from__in=[rule.valid_from for rule in spec.schedules]).delete()
    kept = []
    for reminder in spec.reminders:
        row = ReminderRule.objects.filter(form=form, hours=reminder.hours, role=reminder.role).first()
        row = row or ReminderRule(form=form, hours=reminder.hours, role=reminder.role)
        row.by_email, row.by_robot = reminder.by_email, reminder.by_robot
        row.full_clean()
        row.save()
        kept.append(row.pk)
    form.reminder_rules.exclude(pk__in=kept).delete()


def save_comparisons(job: Loading) -> None:
    for place, row in enumerate(job.pack.comparisons, 1):
        spec = row.spec
        with job.at(row):
            comparison = comparisons.save_comparison(
                office=job.office,
                code=spec.code,
                name=spec.name,
                tolerance=spec.tolerance,
                tolerance_percent=spec.tolerance_percent,
                order=place if spec.order is None else spec.order,
            )
            for number, source in enumerate(spec.sources, 1):
                form, _dot, item = source.item.partition(".")
                comparisons.save_source(
                    comparison=comparison,
                    item=Item.objects.get(form=job.forms[form], code=item),
                    name=source.name,
                    order=number if source.order is None else source.order,
                )
