"""Setting up registers. Packs and the admin both save through these, so names and checks are the same."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from departments.cells import CellError, CellInput, read_cell, show_cell
from departments.choices import Meaning, MoveBy, RegisterKind
from departments.models import (
    Form,
    Group,
    Item,
    Office,
    Register,
    RegisterColumn,
    RegisterCount,
    RegisterMove,
    RegisterStatus,
    Request,
)

# code, name, what it counts as.
_WORK = (
    ("open", "待整改", Meaning.OPEN),
    ("answered", "待核查", Meaning.ANSWERED),
    ("done", "已完成", Meaning.DONE),
    ("exempt", "无需整改", Meaning.EXEMPT),
    ("void", "已撤销", Meaning.VOID),
)
# from, to, whose, button, wants a text, wants a file.
_WORK_MOVES = (
    ("open", "answered", MoveBy.OWNER, "提交整改结果", True, False),
    ("answered", "open", MoveBy.OWNER, "撤回", False, False),
    ("answered", "done", MoveBy.OFFICE, "核查通过", False, False),
    ("answered", "open", MoveBy.OFFICE, "退回", True, False),
    ("open", "exempt", MoveBy.OFFICE, "认定无需整改", True, False),
    ("answered", "exempt", MoveBy.OFFICE, "认定无需整改", True, False),
    ("open", "done", MoveBy.OFFICE, "直接销号", True, False),
    ("open", "void", MoveBy.OFFICE, "撤销", True, False),
    ("done", "open", MoveBy.OFFICE, "重新打开", True, False),
    ("exempt", "open", MoveBy.OFFICE, "重新打开", True, False),
    ("void", "open", MoveBy.OFFICE, "恢复", True, False),
)
_EVENT = (
    ("recorded", "待确认", Meaning.ANSWERED),
    ("confirmed", "已确认", Meaning.DONE),
    ("refused", "不予认定", Meaning.VOID),
)
_EVENT_MOVES = (
    ("recorded", "confirmed", MoveBy.OFFICE, "确认", False, False),
    ("recorded", "refused", MoveBy.OFFICE, "不予认定", True, False),
    ("recorded", "refused", MoveBy.OWNER, "撤销", True, False),
    ("confirmed", "recorded", MoveBy.OFFICE, "重新核实", True, False),
    ("refused", "recorded", MoveBy.OFFICE, "恢复", True, False),
)


@transaction.atomic
def save_register(
    *, office: Office, code: str, groups: Iterable[Group] | None = None, **fields: Any
) -> Register:
    """Creates or changes a register's own fields; a new one begins with the usual statuses and moves of its kind."""
    refuse_taken_code(office=office, code=code, of=Register)
    register = Register.objects.filter(office=office, code=code).first()
    is_new = register is None
    register = _save(register or Register(office=office, code=code), fields)
    if groups is not None:
        register.groups.set(groups)
    if is_new:
        default_statuses(register)
    return register


def default_statuses(register: Register) -> None:
    """Gives a register without statuses the usual ones of its kind, and the moves between them."""
    if register.statuses.exists():
        return
    event = register.kind == RegisterKind.EVENT
    statuses = {
        code: save_status(register=register, code=code, name=name, meaning=meaning, order=order)
        for order, (code, name, meaning) in enumerate(_EVENT if event else _WORK, 1)
    }
    for order, (source, target, by, name, text, file) in enumerate(_EVENT_MOVES if event else _WORK_MOVES, 1):
        save_move(
            source=statuses[source],
            target=statuses[target],
            by=by,
            name=name,
            needs_text=text,
            needs_file=file,
            order=order,
        )


def usual_statuses(kind: str) -> tuple[tuple[str, str, Meaning], ...]:
    """Code, name and meaning of the statuses a register of that kind begins with, in order."""
    return _EVENT if kind == RegisterKind.EVENT else _WORK


def first_status(register: Register) -> RegisterStatus:
    """The status a new entry has unless another is chosen."""
    first = register.statuses.order_by("order").first()
    assert first is not None, "a register begins with its usual statuses"
    return first


@transaction.atomic
def save_status(*, register: Register, code: str, **fields: Any) -> RegisterStatus:
    status = RegisterStatus.objects.filter(register=register, code=code).first()
    return _save(status or RegisterStatus(register=register, code=code), fields)


@transaction.atomic
def save_move(*, source: RegisterStatus, target: RegisterStatus, by: str, **fields: Any) -> RegisterMove:
    """ValidationError when the two statuses are not of one register."""
    if source.register_id != target.register_id:
        raise ValidationError(_("Both statuses must be of one register."))
    move = RegisterMove.objects.filter(source=source, target=target, by=by).first()
    return _save(move or RegisterMove(register=source.register, source=source, target=target, by=by), fields)


@transaction.atomic
def save_column(*, register: Register, code: str, **fields: Any) -> RegisterColumn:
    column = RegisterColumn.objects.filter(register=register, code=code).first()
    return _save(column or RegisterColumn(register=register, code=code), fields)


@transaction.atomic
def save_count(*, register: Register, code: str, **fields: Any) -> RegisterCount:
    known = set(register.statuses.values_list("code", flat=True))
    unknown = [status for status in str(fields.get("statuses", "")).split() if status not in known]
    if unknown:
        raise ValidationError({"statuses": _("The register has no status “%s”.") % "、".join(unknown)})
    count = RegisterCount.objects.filter(register=register, code=code).first()
    return _save(count or RegisterCount(register=register, code=code), fields)


def refuse_taken_code(*, office: Office, code: str, of: type[Any]) -> None:
    """Forms, registers and requests of an office are named alike in expressions: ValidationError when `code` is taken."""
    for model in (Form, Register, Request):
        if model is not of and model.objects.filter(office=office, code=code).exists():
            raise ValidationError(
                {
                    "code": _("“%(code)s” is the code of a %(kind)s already.")
                    % {"code": code, "kind": model._meta.verbose_name}
                }
            )


def read_column(column: RegisterColumn, text: str) -> str:
    """The content a text means for a column, as it is kept and shown; "" when blank; CellError when it can't be taken."""
    if not text.strip():
        if column.required:
            raise CellError(_("“%s” must be filled.") % column.name)
        return ""
    # A column is read by the rules of a form's cell.
    item = Item(
        code=column.code,
        name=column.name,
        kind=column.kind,
        options=column.options,
        decimals=6,
        may_be_negative=True,
    )
    return show_cell(item, read_cell(item, CellInput(text), {}))


def _save(instance: Any, fields: dict[str, Any]) -> Any:
    for name, value in fields.items():
        setattr(instance, name, value)
    instance.full_clean()
    instance.save()
    return instance
