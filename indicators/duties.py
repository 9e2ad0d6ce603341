"""The names of the figures that say how punctually units filed a form: `<form>.duty_due` and so on. Pure."""

DUE, ON_TIME, LATE, MISSED = "duty_due", "duty_on_time", "duty_late", "duty_missing"
LABELS = {DUE: "应报次数", ON_TIME: "准时次数", LATE: "迟报次数", MISSED: "未报次数"}


def coverage_name(form: str) -> str:
    """What coverage of a form's duty figures is counted by: known for every unit that had a duty."""
    return f"{form}.duty"
