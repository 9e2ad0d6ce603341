"""The words that the scripts of the template pages say."""

from django.utils.translation import gettext as _


def editor_words() -> dict[str, str]:
    return {
        "computing": _("Computing …"),
        "slow": _("This takes longer than usual; you can go on writing."),
        "offline": _("The preview can't be reached: please try again. What you wrote is still here."),
        "shown": _("As it would read now; nothing is stored."),
        "unsaved": _("Not saved yet"),
        "saved": _("Saved"),
        "saving": _("Saving …"),
        "unreadable": _("It could not be saved: please try again. What you wrote is still here."),
        "faults": _("{n} faults"),
        "section": _("Section {n}"),
        "title": _("Title"),
        "column": _("Column {n}"),
        "annex": _("Annex"),
        "place": _("line {line}, column {column}"),
        "remove": _("Delete section {n}? It goes when you save."),
        "remove_column": _("Delete column {n}? It goes when you save."),
        "most": _("There can't be more than {n}."),
        "theirs": _("What the other person saved"),
        "mine": _("What stands here"),
        "take": _("Take theirs"),
        "same": _("What you changed and what the other person changed do not touch each other."),
        "merged": _("Taken over from the other person, since you had changed nothing there: {list}"),
        "as_column": _("＋ as a column"),
        "none_found": _("Nothing found."),
        "taken": _("The last issue's text stands here now; it is saved when you save."),
        "leave": _("There are changes that are not saved."),
    }
