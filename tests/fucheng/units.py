"""Who is measured: the departments the document names; the towns are made up, since it names none."""

from dataclasses import dataclass

SYNTHETIC = "（合成）"


@dataclass(frozen=True)
class Person:
    """A unit with what its figures are drawn from: how well it does (0…1) and how much it has to do."""

    code: str
    name: str
    group: str
    quality: float
    size: int


DEPARTMENTS = (
    Person("D01", "区行政审批局", "depts", 0.97, 900),
    Person("D02", "区大数据中心", "depts", 0.93, 120),
    Person("D03", "区政府办", "depts", 0.90, 60),
    Person("D04", "区教体局", "depts", 0.86, 240),
    Person("D05", "区公安分局", "depts", 0.91, 1500),
    Person("D06", "区民政局", "depts", 0.88, 310),
    Person("D07", "区人社局", "depts", 0.95, 1100),
    Person("D08", "区住建局", "depts", 0.84, 420),
    Person("D09", "区卫健局", "depts", 0.80, 280),
    Person("D10", "区市场监督管理局", "depts", 0.94, 1300),
    Person("D11", "区医保局", "depts", 0.92, 800),
    Person("D12", "区自然资源局", "depts", 0.76, 260),
    Person("D13", "区工信局", "depts", 0.66, 90),
)
TOWNS = (
    Person("T01", "城东街道（合成）", "towns", 0.96, 210),
    Person("T02", "城西街道（合成）", "towns", 0.90, 190),
    Person("T03", "城南街道（合成）", "towns", 0.86, 170),
    Person("T04", "城北街道（合成）", "towns", 0.72, 150),
    Person("T05", "东河镇（合成）", "towns", 0.72, 120),
    Person("T06", "西山镇（合成）", "towns", 0.72, 110),
    Person("T07", "南坝镇（合成）", "towns", 0.58, 80),
    Person("T08", "北桥镇（合成）", "towns", 0.82, 70),
)
UNITS = DEPARTMENTS + TOWNS
BY_NAME = {unit.name: unit.code for unit in UNITS}
# In May these three hand in the same figures: a tie that reaches over the edge of the last three.
TWINS = {("2023-05", "T05"): "T04", ("2023-05", "T06"): "T04"}
# Never hands in the form of section 6 for May: no score, and no place.
SILENT = {("data", "2023-05", "T08")}
