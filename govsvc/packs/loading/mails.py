"""What a bulletin mails, to whom, and when it is drafted and mailed by itself."""

from govsvc.packs.loading.state import Loading
from govsvc.packs.schema import BulletinFile
from reports.models import Bulletin
from reports.services.mailings import save_subscription
from reports.services.schedules import ensure_schedule
from reports.services.templates import save_mailing


def save_mails(job: Loading, bulletin: Bulletin, spec: BulletinFile) -> None:
    """Mailings and subscriptions become what the pack says; a schedule that people have is left as they left it."""
    for mailing in spec.mailings:
        save_mailing(
            bulletin=bulletin,
            ranking=job.rankings[mailing.ranking],
            enabled=mailing.enabled,
            at_issue=mailing.at_issue,
            roles=" ".join(mailing.roles),
            attachments=" ".join(mailing.attachments),
            chart=mailing.chart,
        )
    for one in spec.subscriptions:
        save_subscription(
            bulletin=bulletin,
            name=one.name,
            address=one.address,
            attachments=" ".join(one.attachments),
            enabled=one.enabled,
        )
    for schedule in spec.schedules:
        ensure_schedule(bulletin=bulletin, **schedule.model_dump())
