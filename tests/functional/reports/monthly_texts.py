"""The small office of the report pages, whose units also hand in a paragraph about their work."""

from django.contrib.auth.models import User

from departments.choices import Role
from departments.models import Submission
from departments.services import forms, submissions
from departments.sheets import CellInput
from reports.models import BulletinSection
from tests import build
from tests.functional.reports.scene import PERIOD, Scene, make

SECTION = """{texts: 各单位文字(工作情况表.月度工作情况)}
另有{个数(未报文字(工作情况表.月度工作情况))}家单位没有报送：{none: 未报文字(工作情况表.月度工作情况)}。"""
HOSTILE = (
    '=HYPERLINK("http://evil.example","点我")\n<script>alert(\'x\')</script> & <b>粗</b>\n'
    "#pagebreak() $x$ *粗* _斜_ @label \\u{41} {合计(应办数)}"
)
# 丙局 has written nothing, 丁局's text is not approved.
WRITTEN = {
    "甲局": "一季度接入省平台事项 126 项，接入率 98.4%。\n下一步：清理僵尸事项，6 月底前完成。",
    "乙局": HOSTILE,
    "丁局": "未经审批的文字。",
}


def with_texts(
    written: dict[str, str] = WRITTEN, approved: tuple[str, ...] = ("甲局", "乙局", "丙局")
) -> Scene:
    """The scene with a form of one paragraph, filled as `written`, and a second section that composes it."""
    scene = make()
    form = forms.save_form(
        office=scene.office, code="report", title="工作情况表", frequency="quarter", order=2
    )
    forms.save_item(
        form=form, code="work", name="月度工作情况", kind="paragraph", may_be_blank=True, unit_total="none"
    )
    forms.expect(form=form, units=scene.units.values())
    build.window(form, PERIOD)
    for name in scene.units:
        if name in written:
            write(scene, name, written[name], is_approved=name in approved)
    BulletinSection.objects.create(bulletin=scene.bulletin, order=2, heading="二、各单位工作", text=SECTION)
    return scene


def clerk_of(scene: Scene, name: str) -> User:
    if name == "乙局":
        return scene.people["clerk"]
    return User.objects.get(memberships__unit=scene.units[name], memberships__role=Role.CLERK)


def report_of(scene: Scene, name: str) -> Submission:
    return Submission.objects.get(unit=scene.units[name], window__form__code="report")


def write(scene: Scene, name: str, text: str, *, is_approved: bool = True) -> None:
    """The unit's clerk writes and hands in; a re-opened form too."""
    submission, clerk = report_of(scene, name), clerk_of(scene, name)
    submissions.save_figures(submission=submission, inputs={"work": CellInput(text)}, user=clerk)
    submissions.submit(submission=submission, user=clerk)
    if is_approved:
        submissions.approve(submission=submission, user=scene.people["approver"])
