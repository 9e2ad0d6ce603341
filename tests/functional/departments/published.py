"""What an office publishes, laid on top of its world, again with canaries: indicator, target, ranking, bulletin, issue."""

import datetime as dt
from decimal import Decimal

from departments.choices import Role
from govsvc import outbox
from indicators.models import Ranking, Target
from indicators.services import definitions
from reports.models import Bulletin, Delivery, Issue, Mailing
from reports.services import issues, templates
from tests.functional.departments.world import OfficeWorld
from tests.functional.departments.world_alerts import add_alerts
from tests.functional.departments.world_api import add_api
from tests.functional.departments.world_archive import add_archive
from tests.functional.departments.world_calendar import add_calendar
from tests.functional.departments.world_categories import add_categories
from tests.functional.departments.world_comparisons import add_comparisons
from tests.functional.departments.world_contacts import add_contacts
from tests.functional.departments.world_definitions import add_definitions
from tests.functional.departments.world_entry import add_entry
from tests.functional.departments.world_exclusions import add_exclusions
from tests.functional.departments.world_issue_life import add_issue_life
from tests.functional.departments.world_mails import add_mails
from tests.functional.departments.world_notices import add_notices
from tests.functional.departments.world_registers import add_registers
from tests.functional.departments.world_replies import add_replies
from tests.functional.departments.world_requests import add_requests
from tests.functional.departments.world_schemes import add_schemes
from tests.functional.departments.world_scores import add_scores
from tests.functional.departments.world_tables import add_tables
from tests.functional.departments.world_transfer import add_transfer

PERIOD = "2021Q4"


def publish(world: OfficeWorld) -> Issue:
    """A drafted issue over the approved earlier period, with a waiting delivery to the second unit."""
    add_calendar(world)
    add_categories(world)
    add_notices(world)
    add_comparisons(world)
    add_transfer(world)
    add_tables(world)
    add_entry(world)
    add_contacts(world)
    add_requests(world)
    add_registers(world)
    add_alerts(world)
    outbox.drain()
    indicator = definitions.save_indicator(
        office=world.office, code="rate", name=f"金丝雀{world.mark}率", order=1
    )
    definitions.save_version(
        indicator=indicator, valid_from=dt.date(2021, 1, 1), numerator="认领数", denominator="清单总数"
    )
    Target.objects.create(indicator=indicator, period=PERIOD, value=Decimal(50))
    ranking = Ranking.objects.create(
        office=world.office, code="r", name=f"金丝雀{world.mark}榜", indicator=indicator, group=world.group
    )
    issue = issues.draft_issue(
        bulletin=save_bulletin(world), period=PERIOD, user=world.people[Role.ADMINISTRATOR]
    )
    add_replies(world, issue)
    mailing = Mailing.objects.create(bulletin=issue.bulletin, ranking=ranking)
    Delivery.objects.create(
        issue=issue, mailing=mailing, unit=world.units[1], address=f"canary-{world.mark}@example.test"
    )
    add_definitions(world)
    add_exclusions(world)
    add_scores(world, ranking, PERIOD)
    add_schemes(world)
    add_api(world)
    add_archive(world, issue)
    add_issue_life(world, issue)
    add_mails(world, issue)
    return issue


def save_bulletin(world: OfficeWorld) -> Bulletin:
    mark = world.mark
    return templates.save_bulletin(
        office=world.office,
        code="b",
        group=world.group,
        name=f"金丝雀{mark}通报",
        title="{年}年{起月}-{止月}月通报",
        number_format=f"金丝雀{mark}" + "〔{year}〕{number}号",
        signature=f"金丝雀{mark}办公室",
        printed_by=f"金丝雀{mark}办公室",
        sections=[
            templates.SectionText(
                "一、情况",
                f"共{{units: 单位数()}}个部门，{{low: 后几名(金丝雀{mark}率，1)}}靠后。\n{{texts: 各单位文字(f.remark)}}",
            )
        ],
        annexes=[
            templates.AnnexSpec(
                number=1,
                title=f"金丝雀{mark}一览",
                form=world.form,
                columns=(
                    templates.ColumnSpec("unit", "部门", "unit"),
                    templates.ColumnSpec("total", "清单总数", "item", "清单总数"),
                ),
            )
        ],
    )
