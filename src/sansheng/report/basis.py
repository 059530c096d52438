"""What the answer rests on, what it cannot say, and how to get it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sansheng.analysis.validated import validated
from sansheng.core.text import Text
from sansheng.report.pages import Column, Section, Table, number, words
from sansheng.report.said import Said

if TYPE_CHECKING:
    from sansheng.analysis.validate import Validation

STATUSES = {
    "read": Text("read from a source", "直接取自文献"),
    "derived": Text("derived from sources", "由文献推算"),
    "assumed": Text("assumed", "假定"),
}

CANNOT = (
    Text(
        "Levels are not forecasts. The model is set to published patterns of a few districts; differences between "
        "rules on the same luck are what it is for.",
        "指标水平不是预测。模型只校准到少数城区的公开数据；其用途是比较相同随机性下各办法的差异。",
    ),
    Text(
        "No source gives levels of satisfaction, participation, harmony and safety: read their differences, not their "
        "height.",
        "群众满意度、参与度、和谐度、安全度没有可核对的水平数据：只看差异，不看高低。",
    ),
    Text(
        "How base staff follow households (psi) and how functions go with households (rho_FH) is in no source, and the "
        "sign of the headline can hang on them: a local staff list and a list of duties would settle it.",
        "基本人员随户数配置的程度（psi）与职责随户数变化的程度（rho_FH）没有来源，主要结论的正负可能取决于它们；"
        "一份本地人员名册和一份职责清单即可判定。",
    ),
    Text(
        "Intervals tell the luck of the simulation in the stated parameters, not how wrong these parameters may be.",
        "区间反映的是给定参数下模拟的随机性，而非参数本身可能有多大偏差。",
    ),
)


def basis(said: Said) -> Section:
    """Return what parameters come from, and those that this study sets."""
    from sansheng.month import PARAMETERS

    rows = validated(said.data.manifest["place"])
    counts = Counter(q.status for q in PARAMETERS.values())
    total = sum(counts.values())
    uncertain = [q for q in PARAMETERS.values() if q.role == "uncertainty"]
    assumed = sum(q.status == "assumed" for q in uncertain)
    table = Table(
        "parameters",
        Text("All parameters and where they come from", "全部参数及其来源"),
        (
            Column(Text("Name", "名称")),
            Column(Text("Meaning", "含义")),
            Column(Text("Value", "取值"), number=True),
            Column(Text("Range", "范围")),
            Column(Text("Unit", "单位")),
            Column(Text("Source", "来源")),
            Column(Text("Status", "依据")),
        ),
        [
            [
                words(q.name),
                words(q.text),
                number(_value(said, q.name, q.default), 3),
                words(f"{q.low:g}–{q.high:g}"),
                words(q.unit),
                words(", ".join(q.source)),
                words(STATUSES[q.status]),
            ]
            for q in PARAMETERS.values()
        ],
        folded=True,
    )
    return Section(
        "basis",
        Text("What it rests on", "依据"),
        [
            Text(
                f"Of {total} parameters {counts['read']} are read from sources, {counts['derived']} derived and "
                f"{counts['assumed']} assumed; of the {len(uncertain)} uncertain ones {assumed} are assumed.",
                f"{total} 个参数中，{counts['read']} 个直接取自文献，{counts['derived']} 个由文献推算，"
                f"{counts['assumed']} 个为假定；{len(uncertain)} 个不确定参数中有 {assumed} 个为假定。",
            ),
            _patterns_met(rows),
        ],
        tables=[*([_patterns(rows)] if rows else []), table],
        commands=[f"sansheng validate {said.data.manifest['place']}"],
    )


def _patterns_met(rows: Sequence[Validation]) -> Text:
    if not rows:
        return Text(
            "No published patterns are kept for this place; the command below compares the model with one's own.",
            "此地区没有可比较的公开数据；下列命令可将模型与自备数据比较。",
        )
    fitted = [row for row in rows if row.pattern.calibrated]
    held = [row for row in rows if not row.pattern.calibrated]
    met, kept = sum(row.hit for row in fitted), sum(row.hit for row in held)
    return Text(
        f"With default parameters the model meets {met} of {len(fitted)} published figures that may be fitted, and "
        f"{kept} of {len(held)} that were kept aside to test it.",
        f"默认参数下，模型达到 {len(fitted)} 项可用于校准的公开数据中的 {met} 项、"
        f"{len(held)} 项留作检验的公开数据中的 {kept} 项。",
    )


def _patterns(rows: Sequence[Validation]) -> Table:
    columns = (
        Column(Text("Pattern", "模式")),
        Column(Text("Unit", "单位")),
        Column(Text("Published", "公开数据"), number=True),
        Column(Text("Simulated", "模拟均值"), number=True),
        Column(Text("Tolerance", "允许范围")),
        Column(Text("Met", "是否达到")),
        Column(Text("Use", "用途")),
    )
    yes, no = Text("yes", "是"), Text("no", "否")
    fit, test = Text("may be fitted", "可用于校准"), Text("kept aside", "留作检验")
    lines = [
        [
            words(row.pattern.title),
            words(row.pattern.unit),
            number(row.pattern.target, 3),
            number(row.simulated, 3),
            words(f"{row.pattern.low:g}–{row.pattern.high:g}"),
            words(yes if row.hit else no, "better" if row.hit else "worse"),
            words(fit if row.pattern.calibrated else test),
        ]
        for row in rows
    ]
    return Table(
        "patterns", Text("Published patterns", "公开数据模式"), columns, lines, folded=True
    )


def limits() -> Section:
    """Return what the answer cannot say."""
    return Section("limits", Text("What it cannot say", "不能说明什么"), CANNOT)


def reproduction(said: Said) -> Section:
    """Return how to get the results again."""
    from sansheng.study.canonical import hash_of

    manifest = said.data.manifest
    return Section(
        "reproduce",
        Text("How to get it again", "如何重现"),
        [
            Text(
                "The folder of results holds the study as it ran. Running it again gives the same hash on any machine "
                "with the same version.",
                "结果文件夹内保存了实际运行的研究文件；同一版本在任何机器上重新运行均得到相同的校验值。",
            )
        ],
        commands=[
            "sansheng run study.yaml --out again",
            f"sansheng hash again  # {hash_of(said.data)}",
            f"seed {manifest['seed']} · sansheng {manifest['versions']['sansheng']}",
        ],
    )


def _value(said: Said, name: str, default: float) -> float:
    """Return what a parameter was in this study: its own value, the place's, or the default."""
    manifest = said.data.manifest
    if name in manifest["parameters_varied"]:
        return float(said.data.draws[name][said.draw])
    return float(manifest["parameters"].get(name, default))
