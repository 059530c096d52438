"""``sansheng new``: write a file to start from."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from sansheng.cli.parser import Parser, add_language, add_path, one_of
from sansheng.core.errors import BadInput, Problem, printable, quoted
from sansheng.core.text import Language, Text

SUMMARY = Text("write a commented file to start from", "写出带注释的起始文件")

RULE = '''\
"""A funding rule of your own. 自己的分配规则。

Check it   检验：  sansheng check-rule {file}:{kind}
Use it     使用：  rule: {file}:{kind}   (in a study file beside it 写在同目录的研究文件中)
"""

from sansheng import Allocation, Rule, Text, View, by_weight, quantity, split_fen


class {kind}(Rule):
    """Pay a floor per household; the rest follows the need that officials see."""

    title = Text("{title}", "{title}")

    # Numbers that a study may set, with their range. 研究文件可设定的选项及其范围。
    quantities = (
        quantity(
            "floor",
            0.5,
            unit="share",
            low=0.0,
            high=1.0,
            source="assumed",
            role="lever",
            en="share of the envelope paid per household",
            zh="按户拨付部分占经费总额的比例",
        ),
    )

    def allocate(self, view: View) -> Allocation:
        """Decide the allocation period that begins now; asked once a year in every district."""
        # view holds read-only arrays with one entry per community: households, need_seen, staff, ...
        # view 中为只读数组，每个社区一项：households（户数）、need_seen（所见需求）、staff（人员）等
        homes = view.households
        floor = round(self.option("floor") * view.budget)

        # Money is whole fen: split_fen divides a sum without losing one; so does by_weight, by households where all
        # weights are zero. 金额为整分：split_fen 按权重分配，一分不差；by_weight 亦然，权重全为零时按户数分配。
        grants = split_fen(floor, homes)
        grants = grants + by_weight(view.budget - floor, view.need_seen * homes, homes)
        return Allocation(grants)  # all that is promised may not exceed view.budget 总额不得超过 view.budget
'''


def declare(parser: Parser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "what",
        type=one_of(Text("kind of file", "文件"), ("rule",)),
        metavar="rule",
        help="what to write\n要写出的内容",
    )
    add_path(parser, "path", "file to write, like my_rule.py\n要写出的文件，如 my_rule.py")
    add_language(parser)


def execute(args: argparse.Namespace) -> int:
    """Write the file, unless there is one."""
    path: Path = args.path
    if not re.fullmatch(r"[^\W\d]\w*\.py", path.name):
        raise BadInput(Problem(_no_name(path.name)))
    kind = "".join(word[:1].upper() + word[1:] for word in path.stem.split("_")) or "MyRule"
    if not kind.isidentifier() or kind in _IMPORTED:
        kind = f"My{kind}"
    title = re.sub("_+", " ", path.stem).strip().capitalize()
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(RULE.format(file=path.name, kind=kind, title=title))
    except FileExistsError:
        raise BadInput(Problem(_there(str(path)))) from None
    lang: Language = args.lang or "zh"
    following = f"sansheng check-rule {path}:{kind}"
    print(printable(Text(f"{path}; next: {following}", f"{path}；下一步：{following}").get(lang)))
    return 0


_IMPORTED = frozenset({"Allocation", "Rule", "Text", "View"})


def _no_name(name: str) -> Text:
    return Text(
        f"{quoted(name)} is not a name for a file with a rule; write letters, digits and _, like my_rule.py",
        f"{quoted(name)} 不能作为规则文件名；请用字母、数字与下划线，如 my_rule.py",
    )


def _there(path: str) -> Text:
    return Text(
        f"{path} exists and is not overwritten; name another file",
        f"{path} 已存在，不予覆盖；请另选文件名",
    )
