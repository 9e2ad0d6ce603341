"""The registers behind leaf 2.5, the bonuses and deductions, and the mending that the meeting asks for (all 合成)."""

from govsvc.packs import schema

TELEPHONE = "区行政审批局（演示）"


def registers() -> dict[str, schema.RegisterFile]:
    """The content of registers/*.yaml."""
    return {
        "chaping": _reviews(),
        "xuanchuan": schema.RegisterFile(
            title="信息宣传采用台账（合成）", kind="event", contact=TELEPHONE, order=2, name_label="采用的信息",
            types=("简报采用",), levels=("国家级", "省级", "攻坚快报"), units_may_add=True,
            notes="国家级：中办、国办简报；省级：省委办公厅、省政府办公厅、部委和垂管部门简报；攻坚快报：省大数据中心“一网通办”攻坚快报。经认定后加分，分值为合成。",
        ),
        "wenti": schema.RegisterFile(
            title="通报问题资源台账（合成）", kind="event", contact=TELEPHONE, order=3, name_label="问题资源", types=("问题资源",),
            notes="被省大数据中心一网通办成绩单通报的问题资源，每个扣分，分值为合成。",
        ),
        "zhenggai": schema.RegisterFile(
            title="上会发言单位整改台账（合成）", contact=TELEPHONE, order=4, name_label="整改事项", types=("排名靠后",), due_days=15, escalate_days=3,
            notes="每月排名靠后、在区政府常务会议上表态发言的单位，会后15个工作日内整改。",
        ),
    }  # fmt: skip


def _reviews() -> schema.RegisterFile:
    """Counted by the day a review was due to be mended."""
    return schema.RegisterFile(
        title="差评整改台账（合成）",
        contact=TELEPHONE,
        order=1,
        key_label="评价编号",
        name_label="评价事项",
        types=("窗口差评", "网上差评"),
        due_days=5,
        escalate_days=3,
        columns=(
            schema.RegisterColumnSpec(code="revisited", name="已回访", kind="tick", by="owner"),
            schema.RegisterColumnSpec(
                code="satisfied", name="回访结果", kind="choice", options=("满意", "不满意"), by="owner"
            ),
        ),
        counts=(
            schema.RegisterCountSpec(code="mended", name="到期已整改", basis="due", statuses=("done",)),
            schema.RegisterCountSpec(
                code="revisited",
                name="整改后已回访",
                basis="due",
                statuses=("done",),
                column="revisited",
                equals="是",
            ),
            schema.RegisterCountSpec(
                code="satisfied",
                name="回访满意",
                basis="due",
                statuses=("done",),
                column="satisfied",
                equals="满意",
            ),
        ),
    )
