"""What July changes of June's figures: by form, by the unit's name as the file prints it, by item."""

# Differences to June's figure.
CHANGES: dict[str, dict[str, dict[str, int]]] = {
    # 教育局、民政局把一日办结的事项改成即办，卫健委6项改回一日办结。
    "items": {
        "殷都区教育局": {"instant": 11},
        "殷都区民政局": {"instant": 8},
        "殷都区卫健委": {"instant": -6},
    },
    "time_limits": {
        "教育局": {"instant": 11, "one_day": -11},
        "民政局": {"instant": 8, "one_day": -8},
        "卫健委": {"instant": -6, "one_day": 6},
        # 公安分局重新承诺时限，税务局再压缩，人社局放宽。
        "公安分局": {"promised": -627},
        "税务局": {"promised": -25},
        "人社局": {"promised": 40},
    },
    "resources": {
        "殷都区交通局": {"mounted": 3, "records": 1207},
        "殷都区民政局": {"mounted": 7, "records": 512},
        "殷都区水利局": {"published": 1},
        "殷都区人社局": {"records": 8804},
    },
    "supervision": {
        "安阳市": {"main_covered": 57, "check_covered": 61, "check_gathered": 203, "penalty_covered": 40},
        "区文广体旅局": {"main_covered": 4, "check_covered": 6, "check_gathered": 6},
        "区住建局": {"main_covered": 2, "penalty_covered": 3, "penalty_gathered": 3},
        "区市场监管局": {"main_covered": 9, "check_covered": 12, "check_gathered": 15},
        "区水利局": {"main_covered": 1, "check_covered": 2, "check_gathered": 4},
        "区卫健委": {"main_covered": -2},
    },
    # 一至七月的累计。
    "cases": {
        "人社局": {"reported": 4210},
        "医保局": {"reported": 2033},
        "交通局": {"reported": 301},
        "残疾人联合会": {"reported": 5},
    },
    "cases_monitored": {
        "人社局": {"monitored": 1290},
        "税务局": {"monitored": 30011},
        "残疾人联合会": {"monitored": 3},
    },
    "cases_window": {
        "教育局": {"handled": 88},
        "残疾人联合会": {"handled": 2},
        "交通局": {"handled": 24},
    },
    "inspection": {
        "自然资源局": {"done": 1, "open": -1},
        "卫健委": {"done": 4, "open": -4},
        "公安分局": {"done": 12, "open": -12},
        "医保局": {"done": 9, "open": -9},
    },
    "licences": {
        "教师资格证": {"signed": 120, "unsigned": -120},
        "营业执照（个体工商户）": {"unsigned": 318},
        "排污许可证": {"signed": 7},
    },
    "attendance": {
        "民政局": {"leave_people": -2, "leave_days": -9},
        "林业局": {"out_hours": 12},
        "自然资源局": {"leave_people": -3, "leave_days": -5},
        "水务公司": {"leave_people": 1, "leave_days": 2},
        "中国人寿": {"leave_people": -1, "leave_days": -1},
    },
}
