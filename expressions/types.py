"""What an expression or a name can stand for. The set is open: an app defines further types for its own functions."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Type:
    """A type, told apart by `code`; `label` is its Chinese name in messages.

    With `by_code` a name of this type stands for itself (a group, an indicator): functions receive its code.
    """

    code: str
    label: str
    by_code: bool = False


NUMBER = Type("number", "数")
BOOLEAN = Type("boolean", "判断")
TEXT = Type("text", "文字")
SCALARS = (NUMBER, BOOLEAN, TEXT)


def type_labels(types: tuple[Type, ...]) -> str:
    """The types' names for a message: 数或文字."""
    return "或".join(type_.label for type_ in types)
