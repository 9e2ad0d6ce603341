"""The sentences of a ranking mail: subject, HTML and plain text say the same words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports.mail.digest import Digest
from reports.mail.edition import Correction, Edition, Line
from reports.mail.enclosures import LARGEST, Enclosed


@dataclass(frozen=True)
class Wording:
    """What is said of one line: place (第22名), movement in words (较上期第19名下降3位), as a mark (▼3), and the value with n/d."""

    line: Line
    place: str
    movement: str
    mark: str
    value: str


def worded(line: Line) -> Wording:
    """Everything said of a line."""
    return Wording(line, place(line), movement(line), mark(line), value(line.display, line.pair))


def subject(edition: Edition) -> str:
    """【通报】2022年一季度一网通办排名：监管行为覆盖率，贵单位第22名（共22家，▼3）"""
    own = edition.own
    if own.rank is None:
        said = (
            _("your unit is not ranked (%(reason)s)") % {"reason": own.reason}
            if own.reason
            else _("your unit is not ranked")
        )
    else:
        said = _("your unit: %(place)s (of %(ranked)s, %(movement)s)") % {
            "place": place(own),
            "ranked": edition.ranked,
            "movement": mark(own),
        }
    words = (
        _("[Bulletin] %(period)s %(topic)s ranking: %(ranking)s, %(said)s")
        if edition.correction is None
        else _("[Correction] %(period)s %(topic)s ranking: %(ranking)s, %(said)s")
    )
    return words % {
        "period": edition.period,
        "topic": edition.topic,
        "ranking": edition.ranking,
        "said": said,
    }


def digest_subject(digest: Digest) -> str:
    """【通报】武进区“一网通办”1-3月份推进情况通报（武政管通〔2022〕1号）; of an erratum 【更正】关于更正《…》的通报（…）."""
    words = _("[Bulletin] %(title)s") if digest.correction is None else _("[Correction] %(title)s")
    title = words % {"title": digest.title}
    return f"{title}（{digest.number}）" if digest.number else title


def test_subject(subject: str) -> str:
    """The subject of a mail sent only to try it out: 【测试】…"""
    return _("[Test] %(subject)s") % {"subject": subject}


def correction(found: Correction | None) -> str:
    """本次更正武政管通〔2022〕1号《…》。更正原因：… 贵单位名次由第5名更正为现在的名次。; empty for an ordinary issue."""
    if found is None:
        return ""
    words = [_("This corrects %(number)s “%(title)s”.") % {"number": found.number, "title": found.title}]
    if found.reason:
        words.append(_("Reason: %(reason)s") % {"reason": found.reason})
    if found.place_before:
        words.append(_("Before, your unit stood in place %(place)s.") % {"place": found.place_before})
    return " ".join(words)


def left_out(enclosed: Enclosed) -> str:
    """Why not every wanted file is attached; empty when all are."""
    if not enclosed.left_out:
        return ""
    values = {
        "formats": "、".join(format_.upper() for format_ in enclosed.left_out),
        "size": -(-enclosed.size // 1000),
        "limit": LARGEST // 1000,
    }
    words = (
        _("%(formats)s not attached: together the files have %(size)s kB, more than %(limit)s kB.")
        if enclosed.files
        else _(
            "No file attached: they have %(size)s kB, too many for a mail. Open the page above, or ask the office for %(formats)s."
        )
    )
    return words % values


def place(line: Line) -> str:
    """第22名, 并列第14名 or 不参加排名."""
    if line.rank is None:
        return pgettext("ranking mail", "Not ranked")
    return _numbered(line.rank, line.tied)


def _numbered(rank: int, tied: bool) -> str:
    return (_("no. %(rank)s, shared") if tied else _("no. %(rank)s")) % {"rank": rank}


def mark(line: Line) -> str:
    """▲ places gained, ▼ places lost; in words where there is neither. Empty for a unit without a place."""
    if line.rank is None:
        return ""
    if line.movement is None:
        return _("ranked for the first time")
    if line.movement == 0:
        return _("unchanged")
    return f"▲{line.movement}" if line.movement > 0 else f"▼{-line.movement}"


def movement(line: Line) -> str:
    """上升2位（上期第16名）, or the words of the mark."""
    if line.rank is None or not line.movement:
        return mark(line)
    words = (
        _("up %(places)s from no. %(previous)s")
        if line.movement > 0
        else _("down %(places)s from no. %(previous)s")
    )
    previous = line.previous_rank if line.previous_rank is not None else line.rank + line.movement
    return words % {"places": abs(line.movement), "previous": previous}


def value(display: str, pair: str) -> str:
    """62.71%（1031/1644）"""
    return _("%(value)s (%(pair)s)") % {"value": display, "pair": pair} if pair else display


def gain(edition: Edition) -> str:
    """再增加1项可升至第14名; empty when nothing would."""
    if edition.gain is None:
        return ""
    return _("%(cases)s more would raise you to %(place)s") % {
        "cases": edition.gain.cases,
        "place": _numbered(edition.gain.place, edition.gain.tied),
    }


def target(edition: Edition) -> str:
    """≥25%，整体未达到，差2.5个百分点; empty without a target."""
    found = edition.target
    if found is None:
        return ""
    if found.met is None:
        return found.display
    if found.met:
        return _("%(target)s, met overall") % {"target": found.display}
    if not found.gap:
        return _("%(target)s, not met overall") % {"target": found.display}
    return _("%(target)s, not met overall: %(gap)s short") % {"target": found.display, "gap": found.gap}


def order(edition: Edition) -> str:
    """How places are given, as the ranking declares it; empty when it declares nothing."""
    return {
        "higher": _("Ranked from high to low; equal values share a place."),
        "lower": _("Ranked from low to high; equal values share a place."),
    }.get(edition.direction, "")
