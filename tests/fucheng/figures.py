"""Figures of every form, period and unit from a seed (合成): better units report better shares, small ones less."""

import random
from collections.abc import Callable

from tests.fucheng import MONTHS, SEED, WEEKS
from tests.fucheng.forms import FORMS, lines
from tests.fucheng.units import SILENT, TWINS, UNITS, Person

DASH = "—"
Cells = dict[str, str]
Numbers = dict[str, int | float | str]


class Chance:
    """What is random about one unit in one form and period; `base` stays the same over all periods."""

    def __init__(self, unit: Person, form: str, period: str) -> None:
        self.unit = unit
        self.now = random.Random(f"{SEED}/{form}/{period}/{unit.code}")
        self.base = random.Random(f"{SEED}/{form}/{unit.code}")

    def most(self, whole: int, ease: float = 1.0) -> int:
        """Most of a whole: all of it rather often for a good unit."""
        if self.now.random() < self.unit.quality * 0.6:
            return whole
        return whole - round(whole * (1 - self.unit.quality) * ease * self.now.uniform(0.2, 1.2))

    def stock(self, low: int, high: int) -> int:
        return self.base.randint(low, high)

    def flow(self, share: float) -> int:
        return max(3, round(self.unit.size * share * self.now.uniform(0.8, 1.2)))


def _week(c: Chance) -> Numbers:
    accepted = c.flow(0.25)
    due, instant, applied = accepted * 9 // 10, accepted // 2, accepted // 3
    reviewed = c.most(accepted, 0.4)
    bad = c.now.randint(1, 2) if c.now.random() > c.unit.quality else 0
    slow = 1.25 - c.unit.quality
    row: Numbers = {
        "accepted": accepted,
        "on_platform": c.most(accepted, 0.3),
        "due": due,
        "on_time": c.most(due, 0.3),
        "instant": instant,
        "instant_hours": round(instant * c.now.uniform(1, 50 * slow), 1),
        "applied": applied,
        "accept_days": round(applied * c.now.uniform(0.3, 5 * slow), 1),
        "reviewed": reviewed,
        "default_reviewed": accepted - reviewed,
        "good": reviewed - bad,
    }
    calls = c.now.randint(0, 5)
    passed = c.most(calls)
    row |= {"hotline_due": calls, "hotline_on_time": c.most(calls), "hotline_passed": passed}
    if c.unit.code == "D02":
        row |= {"hotline_due": DASH, "hotline_on_time": DASH, "hotline_passed": DASH}
    return row


def _items(c: Chance) -> Numbers:
    wholes = {"local_items": c.stock(20, 90), "local_impl": c.stock(25, 120), "impl": c.stock(30, 160)}
    guides, scanned = c.stock(30, 160), c.flow(0.1)
    return {
        "local_items": wholes["local_items"],
        "local_published": c.most(wholes["local_items"]),
        "local_impl": wholes["local_impl"],
        "local_impl_published": c.most(wholes["local_impl"]),
        "impl": wholes["impl"],
        "impl_claimed": c.most(wholes["impl"]),
        "guides": guides,
        "guides_published": c.most(guides),
        "scanned": scanned,
        "scanned_right": c.most(scanned, 0.4),
    }


def _licences(c: Chance) -> Numbers:
    cases = c.flow(0.6)
    live = c.most(cases)
    to_reissue, stock = cases - live, c.stock(200, 3000)
    named = c.unit.group == "towns" or c.unit.code in ("D04", "D05", "D06", "D07", "D08", "D09", "D10", "D11")
    return {
        "cases": cases,
        "live": live,
        "to_reissue": to_reissue,
        "reissued": c.most(to_reissue),
        "stock": stock,
        "sealed": c.most(stock),
        "called": c.most(cases),
        "apps": min(12, round(4 + 7 * c.unit.quality + c.now.randint(0, 2))) if named else DASH,
        "themes": c.now.randint(1, 9) if named else DASH,
        "self_items": 200 - round(200 * (1 - c.unit.quality) * c.now.uniform(0, 1)),
    }


def _works(c: Chance) -> Numbers:
    """Construction belongs to 区住建局, land to 区自然资源局, power to 区工信局; towns handle projects and agencies."""
    row: Numbers = {code: DASH for code, _name, _unit, _marks in lines("works")}
    own = {"D08": ("main", "agency", "water", "plan"), "D12": ("main", "agency", "land"), "D13": ("power",)}
    for kind in own.get(c.unit.code, ("main", "agency")):
        cases = c.now.randint(0, 4) if c.unit.group == "towns" else c.now.randint(10, 60)
        row |= {f"{kind}_cases": cases, f"{kind}_right": c.most(cases)}
    if c.unit.code != "D13":
        projects = c.now.randint(1, 6)
        row |= {"projects": projects, "main_entered": 5 * projects - c.now.randint(0, 2)}
    return row


def _data(c: Chance) -> Numbers:
    goal, months = c.stock(20, 60), 3 if c.now.random() < 0.5 else 4
    mounted = c.stock(10, 60)
    return {
        "mounted": mounted,
        "updated": min(mounted, round(mounted * c.unit.quality * c.now.uniform(0.02, 0.4))),
        "big": round(goal * c.now.uniform(0.04, 0.2)),
        "goal": goal,
        "effective": round(goal * min(1.0, c.unit.quality + c.now.uniform(0, 0.1))),
        "interfaces": round(months * c.unit.quality * c.now.uniform(0.6, 2.6)),
        "articles": c.now.randint(0, 5),
        "calls": round(2 * months * c.unit.quality * c.now.uniform(0.4, 1.1)),
        "all_resources": goal + c.now.randint(0, 3),
    }


def _supervision(c: Chance) -> Numbers:
    directory, checks, mains = c.stock(20, 80), c.stock(15, 60), c.stock(10, 40)
    systems = c.stock(1, 4)
    return {
        "directory": directory,
        "directory_claimed": c.most(directory),
        "checks": checks,
        "checks_done": c.most(checks),
        "mains": mains,
        "mains_covered": round(mains * c.unit.quality * c.now.uniform(0.5, 1.0)),
        "actions": c.flow(0.5),
        "random_plans": c.now.randint(0, 12),
        "random_actions": c.now.randint(0, 40),
        "city_place": c.now.randint(1, 4) if c.unit.code == "D01" else DASH,
        "kinds": 6,
        "kinds_catalogued": c.now.randint(4, 6),
        "systems": systems,
        "systems_filled": c.most(systems),
    }


def _special(c: Chance) -> Numbers:
    wholes = {"listed": c.stock(5, 40), "urls": c.stock(8, 60), "windows": c.stock(4, 30)}
    guides, policies = c.now.randint(10, 60), c.now.randint(0, 9)
    sichuan, province = c.stock(5, 40), c.stock(5, 50)
    return {
        "listed": wholes["listed"],
        "published": c.most(wholes["listed"]),
        "urls": wholes["urls"],
        "urls_usable": c.most(wholes["urls"]),
        "windows": wholes["windows"],
        "windows_in": c.most(wholes["windows"]),
        "guides": guides,
        "guides_right": c.most(guides),
        "cases": c.now.randint(0, 30),
        "sichuan_chongqing": sichuan,
        "sichuan_chongqing_done": c.most(sichuan),
        "province": province,
        "province_done": c.most(province),
        "policies": policies,
        "explained": c.most(policies),
        "no_application": c.now.randint(0, 8),
        "policy_guides": c.now.randint(0, 14),
    }


MAKERS: dict[str, Callable[[Chance], Numbers]] = {
    "week": _week,
    "items": _items,
    "licences": _licences,
    "works": _works,
    "data": _data,
    "supervision": _supervision,
    "special": _special,
}


def figures() -> dict[tuple[str, str], list[Cells]]:
    """(form, period) → a row per unit asked, as the tables of data hold them."""
    return {
        (form, period): _rows(form, period, month)
        for month in MONTHS
        for form in FORMS
        for period in (WEEKS[month] if form == "week" else (month,))
    }


def _rows(form: str, period: str, month: str) -> list[Cells]:
    by_code = {unit.code: unit for unit in UNITS}
    rows = []
    for unit in asked(form):
        if (form, period, unit.code) in SILENT:
            continue
        drawn = by_code[TWINS.get((month, unit.code), unit.code)]
        numbers = MAKERS[form](Chance(drawn, form, period))
        rows.append({"unit": unit.name} | {code: str(value) for code, value in numbers.items()})
    return rows


def asked(form: str) -> list[Person]:
    """The units that have to fill the form."""
    _title, _frequency, _notes, groups, units, exempt = FORMS[form]
    return [
        unit for unit in UNITS if (unit.group in groups or unit.code in units) and unit.code not in exempt
    ]
