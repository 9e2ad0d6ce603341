"""Slips that people make, each a change of the manual's example, and what they must be told."""

from dataclasses import dataclass

from tests.unit.packs.manual_pack import example_files


@dataclass(frozen=True)
class Slip:
    """`old` becomes `new` in `file` (the whole file when `old` is empty); `told` are the faults, complete and in order."""

    file: str
    old: str
    new: str
    told: tuple[str, ...]
    in_manual: bool = False

    def content(self) -> str:
        if not self.old:
            return self.new
        text = example_files().get(self.file, "")
        assert text.count(self.old) == 1, f"{self.old!r} must stand once in {self.file}"
        return text.replace(self.old, self.new)


SLIPS = [
    # YAML as it is written by hand.
    Slip("forms/hotline.yaml", "frequency: month", "frequency：month", ("forms/hotline.yaml:2: 这里要用英文冒号加一个空格（“键: 值”），不能用中文冒号“：”",), True),
    Slip("forms/hotline.yaml", "  groups: [streets]", "\tgroups: [streets]", ("forms/hotline.yaml:7: 缩进里有制表符（Tab）：请改用空格",), True),
    Slip("forms/hotline.yaml", "title: 热线办件月报", "title: 热线办件月报\ntitle: 月报", ("forms/hotline.yaml:2: “title”写了两次（第1行已经写过）",)),
    Slip("rankings.yaml", "  last: 1", "  last: &n 1", ("rankings.yaml:5: 不支持“&”“*”引用；文字以这两个符号开头时请加引号",)),
    Slip("rankings.yaml", "  last: 1", "  last: !!python/object:os.system 1", ("rankings.yaml:5: 不支持“!”标签；文字以“!”开头时请加引号",)),
    Slip("pack.yaml", "", "", ("pack.yaml: 文件是空的",)),
    Slip("bulletins/hotline.yaml", "period_line: 统计时段：{月份范围}", "period_line: {月份范围}", ("bulletins/hotline.yaml:20: “period_line”要写一段文字；以“{”或“[”开头的文字要加引号",)),
    Slip("rankings.yaml", "", "code: on_time\n", ("rankings.yaml:1: 这个文件要写成列表：每一项以“- ”开头",)),
    # Shape.
    Slip("forms/hotline.yaml", "    decimals: 1", "    decimal: 1", ("forms/hotline.yaml:20: 没有叫“decimal”的键，是不是“decimals”？",), True),
    Slip("forms/hotline.yaml", "frequency: month", "frequency: monthly", ("forms/hotline.yaml:2: “frequency”不能写“monthly”，是不是“month”？",), False),
    Slip("groups.csv", "streets,街道", "streets,", ("groups.csv:2: 缺少“name”（考核组名称）",)),
    Slip("groups.csv", "code,name", "code,nam", ("groups.csv:1: 没有叫“nam”的列，是不是“name”？", "groups.csv:1: 缺少“name”列（考核组名称）")),
    Slip("groups.csv", "streets,街道", "街道,街道", ("groups.csv:2: “code”不能写“街道”：代码只能用英文字母、数字、“-”和“_”，以字母或数字开头",)),
    Slip("indicators.yaml", "2024-01-01", "2024年1月", ("indicators.yaml:4: “valid_from”写的是“2024年1月”，要写日期，例如 2022-04-18",)),
    Slip("targets.yaml", "period: 2024-03", "period: 2024-13", ("targets.yaml:2: “period”写的是“2024-13”，“2024-13”不是报告期。",)),
    Slip("forms/hotline.yaml", "    kind: computed\n    decimals: 1", "    kind: computed\n    decimals: 一", ("forms/hotline.yaml:20: “decimals”写的是“一”，要写整数，例如 3",)),
    Slip("accounts.csv", "xinghe-s2,城西街道填报员,s2@xinghe.example,clerk,城西街道\n", "", ("data/hotline/2024-03.csv:3: accounts.csv 里没有“城西街道”的填报员，无人填报",)),
    Slip("windows.yaml", "2024-04-05 17:00", "4月5日", ("windows.yaml:4: “due_at”写的是“4月5日”，要写时间，例如 2022-04-18 10:00",)),
    Slip("facts.csv", "91.5,%", "91.5%,%", ("facts.csv:2: “number”写的是“91.5%”，要写数字，例如 94.7",)),
    Slip("bulletins/hotline.yaml", "月份范围}\n    columns:", "月份范围}\n    columns: 全部\n    cells:", ("bulletins/hotline.yaml:21: “columns”写的是“全部”，要写成列表：每行一个“- ”，或 [甲, 乙]", "bulletins/hotline.yaml:22: 没有叫“cells”的键")),
    Slip("units.csv", "S2,星河区城西街道办事处,城西街道,streets,", "S2,星河区城西街道办事处,城西街道,streets,,多一格", ("units.csv:3: 这一行有6格，列名只有5个；文字里有逗号时请加引号",)),
    # Files.
    Slip("indicator.yaml", "", "- code: x\n", ("indicator.yaml: 配置包里没有叫这个名字的文件，是不是“indicators.yaml”、“windows.yaml”？",), True),
    # References.
    Slip("units.csv", "河口镇,streets", "河口镇,street", ("units.csv:4: 没有代码为“street”的考核组，是不是“streets”？",), True),
    Slip("accounts.csv", "clerk,城西街道", "clerk,城西街到", ("accounts.csv:6: 没有叫“城西街到”的单位，是不是“城西街道”？",), True),
    Slip("accounts.csv", "clerk,S1", "clerk,", ("accounts.csv:5: 填报员和单位负责人要写单位",)),
    Slip("accounts.csv", "example,reviewer,", "example,reviwer,", ("accounts.csv:3: 没有“reviwer”这个角色，是不是“reviewer”、“viewer”？",)),
    Slip("units.csv", "S2,星河区城西街道办事处", "S1,星河区城西街道办事处", ("data/hotline/2024-03.csv:3: “城西街道”写了两行", "units.csv:3: 单位代码（同一天）重复：第2行已经有了")),
    Slip("rankings.yaml", "indicator: on_time", "indicator: ontime", ("rankings.yaml:3: 没有代码为“ontime”的指标，是不是“on_time”？",)),
    Slip("windows.yaml", "period: 2024-03", "period: 2024Q1", ("data/hotline/2024-03.csv:1: windows.yaml 里没有 hotline 的 2024-03 这一期", "windows.yaml:2: 报表“hotline”按 month 填报，“2024Q1”是 quarter", "windows.yaml:6: 写了 entered_at，却没有 data/hotline/2024Q1.csv")),
    Slip("windows.yaml", "2024-04-05 17:00", "2024-03-05 17:00", ("windows.yaml:4: 截止时间要晚于开放时间",)),
    Slip("issues.yaml", "reviewed_by: xinghe-reviewer", "reviewed_by: xinghe-admin", ("issues.yaml:6: 复核人不能是拟稿人", "issues.yaml:6: 账号“xinghe-admin”没有 reviewer 角色")),
    Slip("bulletins/hotline.yaml", "{year}", "{years}", ("bulletins/hotline.yaml:4: 文号里只能用 {year} 和 {number}",)),
    Slip("forms/hotline.yaml", "    expression: 100 × 按时办结量 ÷ 受理量\n", "", ("forms/hotline.yaml:17: kind 是 computed，缺少“expression”（公式）",)),
    Slip("published.csv", "H1,received", "H1,receive", ("published.csv:2: 正文里没有编号为“receive”的数，是不是“received”？",)),
    Slip("facts.csv", "91.5,%", ",", ("facts.csv:2: number（数）和 text（文字）要写一样，也只写一样",)),
    # Formulas, sentences, data.
    Slip("forms/hotline.yaml", "100 × 按时办结量 ÷", "100 × 按时办结数 ÷", ("forms/hotline.yaml:22: 第7个字：没有名为“按时办结数”的项，是不是“按时办结量”？",), True),
    Slip("indicators.yaml", "hotline.received", "hotline.recieved", ("indicators.yaml:6: 第1个字：没有名为“hotline.recieved”的项，是不是",)),
    Slip("bulletins/hotline.yaml", "比率(按时办结率)}", "比例(按时办结率)}", ("bulletins/hotline.yaml:11: 第51个字：没有名为“比例”的函数，是不是“比较”、“比率”或“占比”？",), True),
    Slip("bulletins/hotline.yaml", "{satisfaction: 事实(satisfaction)}", "{satisfaction: 事实(satisfied)", ("bulletins/hotline.yaml:12: 第4个字：这个花括号没有正确结束",)),
    Slip("bulletins/hotline.yaml", "{low: 低于", "{rate: 低于", ("bulletins/hotline.yaml:15: 编号“rate”在别的部分已经用过，每个编号在整份通报里只能用一次",)),
    Slip("bulletins/hotline.yaml", "expression: hotline.on_time}", "expression: hotline.on_time > 1}", ("bulletins/hotline.yaml:25: 第1个字：“hotline.on_time > 1”是判断，这里要的是数",)),
    Slip("data/hotline/2024-03.csv", "城西街道,15,12", "城西街道,15,16", ("data/hotline/2024-03.csv:3: 城西街道：按时办结量不能大于受理量（按时办结量 16，受理量 15）",), True),
    Slip("data/hotline/2024-03.csv", "城西街道,15,12", "城西街道,15件,12", ("data/hotline/2024-03.csv:3: 城西街道，受理量：“15件”：只填数字",)),
    Slip("data/hotline/2024-03.csv", "unit,received,on_time", "unit,received,ontime", ("data/hotline/2024-03.csv:1: 报表“hotline”没有代码为“ontime”的填报项，是不是“on_time”？",)),
    # Collection at full depth.
    Slip("calendar.csv", "是,区里", "上班,区里", ("calendar.csv:2: “working”写的是“上班”，要写“是”或“否”",)),
    Slip("categories.csv", "topics,dust,码头扬尘,河口镇", "topic,dust,码头扬尘,河口镇", ("categories.csv:4: 没有代码为“topic”的分类目录，是不是“topics”？",)),
    Slip("categories.csv", "topics,dust,码头扬尘,河口镇", "topics,heating,码头扬尘,河口镇", ("categories.csv:4: 本目录的类别代码重复：第3行已经有了",)),
    Slip("categories.csv", "码头扬尘,河口镇", "码头扬尘,江口镇", ("categories.csv:4: 没有叫“江口镇”的单位，是不是“河口镇”？",)),
    Slip("forms/platform.yaml", "category_list: topics\n", "", ("forms/platform.yaml:18: 按类别填的项，报表要写“category_list”（分类目录）",)),
    Slip("forms/platform.yaml", "    by_category: 是\n", "", ("forms/platform.yaml:5: 写了 category_list，却没有一项写 by_category",)),
    Slip("forms/platform.yaml", "entered_by: office", "entered_by: 机构", ("forms/platform.yaml:4: “entered_by”不能写“机构”；可以写：“office”、“unit”",)),
    Slip("forms/platform.yaml", "entered_by: office", "entered_by: office\napproval: parent", ("forms/platform.yaml:5: 机构替各单位填的表由机构审批，approval 不写 parent",)),
    Slip("forms/platform.yaml", "due_number: 3", "due_number: 9\n    due_basis: weekday", ("forms/platform.yaml:8: 星期几写 1（星期一）到 7（星期日）",)),
    Slip("forms/platform.yaml", "due_time: 12:00", "due_time: 中午", ("forms/platform.yaml:9: “due_time”写的是“中午”，要写时刻，例如 12:00",)),
    Slip("forms/platform.yaml", "  - hours: -24\n", "  - hours: -24\n    role: administrator\n  - hours: -24\n", ("forms/platform.yaml:13: 这个时刻对这个角色的提醒重复：第11行已经有了",)),
    Slip("forms/platform.yaml", "    by_category: 是\n", "    by_category: 是\n  - code: level\n    name: 等级\n    kind: choice\n", ("forms/platform.yaml:20: kind 是 choice，缺少“options”（可以选的答案）",)),
    Slip("forms/platform.yaml", "    by_category: 是\n", "    by_category: 是\n  - code: level\n    name: 等级\n    options: [高, 低]\n", ("forms/platform.yaml:22: 有选项的填报项，kind 要写 choice",)),
    Slip("comparisons.yaml", "platform.assigned", "platform.asigned", ("comparisons.yaml:7: 没有代码为“platform.asigned”的填报项，是不是“platform.assigned”",)),
    Slip("comparisons.yaml", "hotline.received", "hotline.on_time_rate", ("comparisons.yaml:5: “hotline.on_time_rate”不是填报的数，不能核对",)),
    Slip("comparisons.yaml", "    - item: platform.assigned\n      name: 平台转办\n", "", ("comparisons.yaml:4: “sources”至少要写2个",)),
    Slip("accounts.csv", "username,name,email,role,unit\n", "username,name,email,role,unit,valid_to,acting_for\nxinghe-s9,代岗,s9@xinghe.example,clerk,S1,2024-04-30,xinghe-s1\n", ("accounts.csv:2: 代岗要写起止日期（valid_from、valid_to）",)),
    Slip("windows.yaml", "  approved_by: xinghe-admin", "  approved_by: xinghe-admin\n  entered_by: xinghe-admin", ("windows.yaml:10: 各单位自己填的表不写 entered_by",)),
    Slip("windows.yaml", "opens_at: 2024-04-01 08:30", "opens_at: 2024-04-02 12:00", ("windows.yaml:6: 填报的时间早于开放时间",)),
    Slip("data/hotline/2024-03.csv", "unit,received,on_time", "unit,category,received", ("data/hotline/2024-03.csv:1: 报表“hotline”不按类别填，不写“category”列",)),
    Slip("forms/hotline.yaml", "expression: 按时办结量 <= 受理量", "severity: warning\n    expression: 按时办结量 < 受理量 - 1", ("data/hotline/2024-03.csv:2: 城东街道办：按时办结量不能大于受理量（按时办结量 29，受理量 30）；windows.yaml 的这一期没有写 explanation（说明）",)),
    Slip("forms/hotline.yaml", "expression: 按时办结量 <= 受理量", "expression: 受理量 <= platform.asigned", ("forms/hotline.yaml:25: 第8个字：没有名为“platform.asigned”的项，是不是“热线平台转办量表.转办量”？",)),
    # Registers and their entries.
    Slip("registers/reviews.yaml", "    kind: choice\n", "", ("registers/reviews.yaml:11: 有选项的列，kind 要写 choice",)),
    Slip("registers/reviews.yaml", "    column: satisfied", "    column: satisfed", ("registers/reviews.yaml:19: 本台账没有代码为“satisfed”的列，是不是“satisfied”",)),
    Slip("registers/reviews.yaml", "    column: satisfied\n    equals: 满意", "    column: phone", ("registers/reviews.yaml:19: 个人信息的列不能用来计数",)),
    Slip("registers/reviews.yaml", "    equals: 满意", "    equals: 满 意", ("registers/reviews.yaml:20: “回访结果”不能选“满 意”",)),
    Slip("registers/reviews.yaml", "statuses: [done]", "statuses: [dne]", ("registers/reviews.yaml:18: 本台账没有“dne”这个状态，是不是“done”",)),
    Slip("registers/reviews.yaml", "code: phone\n", "code: unit\n", ("registers/reviews.csv:1: 台账没有代码为“phone”的列", "registers/reviews.yaml:6: 列代码不能用“unit”：它是每个台账都有的列")),
    Slip("registers/reviews.yaml", "due_days: 5", "due_days: 五", ("registers/reviews.yaml:3: “due_days”写的是“五”，要写整数，例如 3",)),
    Slip("registers/reviews.yaml", "due_days: 5", "due_days: 5\nleast_times: 2", ("registers/reviews.yaml:4: 写了 least_times，缺少“groups”（哪些考核组要登记）",)),
    Slip("registers/reviews.yaml", "due_days: 5", "due_days: 5\nmoves:\n  - source: open\n    target: done\n    by: office\n    name: 销号", ("registers/reviews.yaml:4: statuses（状态）和 moves（变动）要么都写，要么都不写",)),
    Slip("registers/reviews.yaml", "due_days: 5", "due_days: 5\nstatuses:\n  - {code: open, name: 未办, meaning: open}\n  - {code: done, name: 已完成, meaning: done}\nmoves:\n  - {source: open, target: finished, by: office, name: 销号}", ("registers/reviews.yaml:8: 没有代码为“finished”的状态；可以写：“done”、“open”",)),
    Slip("registers/hotline.yaml", "", "title: 热线台账\n", ("registers/hotline.yaml: 已有代码为“hotline”的报表：报表和台账的代码不能相同",)),
    Slip("registers/review.csv", "", "key,name,unit,opened_on\n", ("registers/review.csv: 缺少 registers/review.yaml（台账的写法），是不是“reviews”",)),
    Slip("registers/reviews.csv", "CP-002", "CP-001", ("registers/reviews.csv:3: 编号重复：第2行已经有了",)),
    Slip("registers/reviews.csv", "CP-002", "", ("registers/reviews.csv:3: 缺少“key”（编号，本台账内唯一；库里已有这个编号的，不改动）",)),
    Slip("registers/reviews.csv", "（合成）,城东街道", "（合成）,城动街道", ("registers/reviews.csv:2: 没有叫“城动街道”的单位，是不是“城西街道”、“城东街道”、“城东街道办”？",), True),
    Slip("registers/reviews.csv", "城东街道,电话差评", "城东街道,来电差评", ("registers/reviews.csv:2: 本台账没有“来电差评”这个类型，是不是“电话差评”",)),
    Slip("registers/reviews.csv", "done,2024-03-07", "已经完成,2024-03-07", ("registers/reviews.csv:2: 本台账没有“已经完成”这个状态，是不是“已完成”",)),
    Slip("registers/reviews.csv", "done,2024-03-07", "done,", ("registers/reviews.csv:2: CP-001 的状态是“done”，缺少“since”（从哪天起）",)),
    Slip("registers/reviews.csv", "done,2024-03-07", "done,2024-03-01", ("registers/reviews.csv:2: since（从哪天起）早于 opened_on（交办日期）",)),
    Slip("registers/reviews.csv", "2024-03-05", "3月5日", ("registers/reviews.csv:3: “opened_on”写的是“3月5日”，要写日期，例如 2022-04-18",)),
    Slip("registers/reviews.csv", "00000000002,不满意", "00000000002,一般", ("registers/reviews.csv:3: CP-002，回访结果：",)),
    Slip("registers/reviews.csv", "phone,satisfied", "phone,satified", ("registers/reviews.csv:1: 台账没有代码为“satified”的列，是不是“satisfied”",)),
    Slip("registers/reviews.csv", "key,name,unit", "key,name,danwei", ("registers/reviews.csv:1: 缺少“unit”列（承办单位：代码或名称）",)),
    Slip("pack.yaml", "  synthetic: 演示数据\n", "", ("registers/reviews.csv:1: “来电人电话”是个人信息，不能写在配置包里",)),
    Slip("bulletins/hotline.yaml", "合计(reviews.opened)", "合计(reviews.open_ed)", ("bulletins/hotline.yaml:15: 第70个字：没有名为“reviews.open_ed”的项",)),
    # Requests and contacts.
    Slip("requests.yaml", "code: drill", "code: reviews", ("requests.yaml:1: 已有代码为“reviews”的台账：代码不能相同",)),
    Slip("requests.yaml", "code: drill", "code: hotline", ("requests.yaml:1: 已有代码为“hotline”的报表：代码不能相同",)),
    Slip("requests.yaml", "code: drill", "code: holiday", ("requests.yaml:9: 报送要求的代码重复：第1行已经有了",)),
    Slip("requests.yaml", "  groups: [streets]\n", "", ("requests.yaml:1: 没有写向谁要：缺少“groups”或“units”",)),
    Slip("requests.yaml", "[S1, 城西街道]", "[S1, 城南街道]", ("requests.yaml:11: 没有叫“城南街道”的单位，是不是",)),
    Slip("requests.yaml", "due_at: 2024-03-18", "due_at: 2024-03-08", ("requests.yaml:8: 截止时间要晚于下发时间",)),
    Slip("requests.yaml", "takes_no_comment: 是", "takes_file: 否\n  takes_text: 否", ("requests.yaml:6: takes_file、takes_text、takes_no_comment 至少要有一个“是”",)),
    Slip("contacts.csv", "河口镇,contact", "S9,contact", ("contacts.csv:5: 没有叫“S9”的单位",)),
    Slip("contacts.csv", "河口镇,contact", "河口镇,boss", ("contacts.csv:5: “kind”不能写“boss”；可以写：“contact”、“leader”、“section”",)),
    Slip("contacts.csv", "S1,contact,甲三（合成）,科员,0519-00000003,2024-02-01", "城东街道,contact,甲三（合成）,科员,0519-00000003,2023-01-01", ("contacts.csv:4: 这个单位这一类从这天起的联系人重复：第3行已经有了",)),
    Slip("contacts.csv", "丙一（合成）", "", ("contacts.csv:5: 没有姓名，却写了职务或电话",)),
    Slip("accounts.csv", "xinghe-admin2,区热线办管理员乙,admin2@xinghe.example,administrator,\n", "", ("contacts.csv:2: 联系人由一位管理员登记、另一位批准",)),
    # Schemes, meetings, and what people make of leaves in words.
    Slip("schemes/hotline2024.yaml", "groups: [streets]", "groups: [street]", ("schemes/hotline2024.yaml:2: 没有代码为“street”的考核组，是不是“streets”？",)),
    Slip("schemes/hotline2024.yaml", "        indicator: on_time\n", "        indicator: ontime\n", ("schemes/hotline2024.yaml:12: 没有代码为“ontime”的指标，是不是“on_time”？",), True),
    Slip("schemes/hotline2024.yaml", "        per_point: 1\n", "", ("schemes/hotline2024.yaml:8: rule 是 per_point，缺少“per_point”（每差1个单位扣几分）",)),
    Slip("schemes/hotline2024.yaml", "        points: 80\n", "", ("schemes/hotline2024.yaml:8: 叶子缺少“points”（满分）",)),
    Slip("schemes/hotline2024.yaml", "key: 2.1", "key: 1.1", ("leaf_reports.csv:2: 方案“hotline2024”没有编号为“2.1”的文字描述的叶子，是不是“1.1”？", "leaf_reports.csv:3: 方案“hotline2024”没有编号为“2.1”的文字描述的叶子，是不是“1.1”？", "schemes/hotline2024.yaml:17: 编号重复：第8行已经有了")),
    Slip("schemes/hotline2024.yaml", "done 20,", "finished 20,", ("schemes/hotline2024.yaml:22: 这里写的是“finished 20”，要写“界限 分值”，例如 95 18，或“状态 分值”，例如 done 2",)),
    Slip("schemes/hotline2024.yaml", "done 20,", "95 20,", ("schemes/hotline2024.yaml:22: 分值表里不能写“95”",)),
    Slip("schemes/hotline2024.yaml", "    name: 办理\n", "    name: 办理\n    points: 80\n", ("schemes/hotline2024.yaml:7: 有下一级的不是叶子：计分的写在下一级里",)),
    Slip("schemes/hotline2024.yaml", "        rule: per_point\n", "", ("schemes/hotline2024.yaml:8: 叶子缺少“rule”（计分规则）",)),
    Slip("schemes/hotline2024.yaml", "        rule: status\n", "        rule: statuses\n", ("schemes/hotline2024.yaml:21: “rule”不能写“statuses”，是不是“status”",)),
    Slip("schemes/hotline2024.yaml", "entries_of: reviews", "entries_of: review", ("schemes/hotline2024.yaml:25: 没有代码为“review”的台账，是不是“reviews”？",)),
    Slip("schemes/hotline2024.yaml", "    cap: 5\n", "    cap: 5\n    type: 来电差评\n", ("schemes/hotline2024.yaml:28: 这个台账没有“来电差评”这个类型，是不是“电话差评”",)),
    Slip("schemes/hotline2024.yaml", "  - {name: 不合格}\n", "", ("schemes/hotline2024.yaml:28: 缺少最低的一等：它不写 at_least",)),
    Slip("schemes/on_time.yaml", "", "name: 又一个\ngroups: [streets]\nvalid_from: 2024-01-01\nnodes:\n  - {key: 1, name: 项, points: 1, rule: status, table: [done 1]}\n", ("indicators.yaml:1: 已有代码为“on_time”的考核方案：代码不能相同",)),
    Slip("rankings.yaml", "  scheme: hotline2024\n", "", ("rankings.yaml:6: indicator（指标）和 scheme（考核方案）要写一个，也只写一个",)),
    Slip("rankings.yaml", "scheme: hotline2024", "scheme: hotline2042", ("rankings.yaml:8: 没有代码为“hotline2042”的考核方案，是不是“hotline2024”？",)),
    Slip("meetings.yaml", "ranking: score", "ranking: scores", ("meetings.yaml:1: 没有代码为“scores”的排名，是不是“score”？",)),
    Slip("meetings.yaml", "streak: 2", "streak: 0", ("meetings.yaml:3: “streak”写的是“0”，不能小于1",)),
    Slip("targets.yaml", "  value: 95", "  value: 95\n  floor: 98", ("targets.yaml:4: ",)),
    Slip("targets.yaml", "  value: 95", "  value: 95\n  unit: 城东街到", ("targets.yaml:4: 没有叫“城东街到”的单位，是不是",)),
    Slip("indicators.yaml", "denominator: hotline.received", "denominator: indicator.on_time", ("indicators.yaml:3: 指标互相引用，成了循环：on_time → on_time",)),
    Slip("leaf_reports.csv", "hotline2024,2.1,城东街道,2024-03,done", "hotline2024,1.1,城东街道,2024-03,done", ("leaf_reports.csv:2: 方案“hotline2024”没有编号为“1.1”的文字描述的叶子，是不是“2.1”？",)),
    Slip("leaf_reports.csv", "10:00,done,", "10:00,behind,", ("leaf_reports.csv:2: 确认的状态与报送的不同，缺少“reason”（理由）",)),
    Slip("leaf_reports.csv", "10:00,done,2024-04-03 15:00", "10:00,done,", ("leaf_reports.csv:2: 确认、退回要写 decided_at（时间）；待确认的不写",)),
    Slip("leaf_reports.csv", "2024-04-03 15:00", "2024-04-01 15:00", ("leaf_reports.csv:2: 确认的时间早于报送的时间",)),
    Slip("leaf_reports.csv", "on_track,正在", "going,正在", ("leaf_reports.csv:3: “status”不能写“going”",)),
    Slip("exclusions.csv", "hotline.received", "hotline.recieved", ("exclusions.csv:2: 没有代码为“hotline.recieved”的填报项，是不是“hotline.received”",)),
    Slip("exclusions.csv", "2024-03,1,", "2024Q1,1,", ("exclusions.csv:2: 这张表按 month 填报，期号不符",)),
    # Annexes of registers.
    Slip("bulletins/hotline.yaml", "    form: hotline\n", "", ("bulletins/hotline.yaml:17: form（报表）、entries_of（台账）、scheme（考核方案）要写一个，也只写一个",)),
    Slip("bulletins/hotline.yaml", "    form: hotline\n", "    entries_of: review\n", ("bulletins/hotline.yaml:19: 没有代码为“review”的台账，是不是“reviews”",)),
    Slip("bulletins/hotline.yaml", "    form: hotline\n", "    form: hotline\n    rows: entries\n", ("bulletins/hotline.yaml:20: rows 是 entries 的附件要写 entries_of，不写 form",)),
    Slip("bulletins/hotline.yaml", "    form: hotline\n", "    form: hotline\n    order_by: [hotline.received, reviews.doen]\n", ("bulletins/hotline.yaml:20: 第1个字：没有名为“reviews.doen”的项",)),
    Slip("bulletins/hotline.yaml", "    form: hotline\n", "    form: hotline\n    groups: [{group: depts}]\n    comparison_units: [CITY]\n", ("bulletins/hotline.yaml:20: 没有代码为“depts”的考核组", "bulletins/hotline.yaml:21: 没有代码为“CITY”的单位")),
    Slip("bulletins/hotline.yaml", "    form: hotline\n", "    form: hotline\n    count: overdue\n", ("bulletins/hotline.yaml:20: count 只有台账的附件才写",)),
    Slip("bulletins/hotline.yaml", "    rows: entries\n", "    rows: entries\n    total: bottom\n", ("bulletins/hotline.yaml:31: 合计行只有一行是一个单位或一个类别的附件才有",)),
    Slip("bulletins/hotline.yaml", "kind: item, expression: hotline.received", "kind: text, expression: hotline.received", ("bulletins/hotline.yaml:24: 第1个字：“hotline.received”是数，这里要的是文字",)),
]  # fmt: skip


def manual_table() -> str:
    """The slips that the manual shows."""
    rows = ["| 写成 | 提示 |", "|---|---|"]
    for slip in SLIPS:
        if slip.in_manual:
            written = slip.new.replace("\t", "→").strip().splitlines()[0]
            told = "<br>".join(f"`{told}`" for told in slip.told)
            rows.append(f"| `{slip.file}` 里写 `{written}` | {told} |")
    return "\n".join(rows)
