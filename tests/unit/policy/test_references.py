"""A rule is named by its name, by a class in a file or by a class in an installed package."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sansheng.core.errors import BadInput, Problem
from sansheng.core.text import Text
from sansheng.policy.allocation import Allocation
from sansheng.policy.load import make_rule, rule_names
from sansheng.policy.references import find_rule, known_names, offered_rules
from sansheng.policy.rule import Rule
from sansheng.policy.rules.hybrid import Hybrid
from sansheng.policy.rules.per_household import PerHousehold
from sansheng.policy.view import View

RULE = """\
import numpy as np
from sansheng import Allocation, Rule, quantity


class HalfFirst(Rule):
    \"\"\"Give half to the first.

    And nothing to the others.
    \"\"\"

    quantities = (
        quantity("part", 0.5, unit="share", low=0.0, high=1.0, source="assumed", role="lever",
                 en="part", zh="比例"),
    )

    def allocate(self, view):
        return Allocation(np.zeros(view.communities, np.int64))


class Unfinished(Rule):
    pass


class Helper:
    pass
"""
OPTION_CALLED_FROM = """\
class A(Rule):
    quantities = (
        quantity("from", 0, unit="-", low=0, high=1, source="assumed", role="lever", en="a", zh="b"),
    )

    def allocate(self, view): ...
"""
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file with rules and return its path."""

    def to(text: str = RULE, name: str = "my_rule.py") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return to


def refused(reference: str, folder: Path | None = None) -> Problem:
    with pytest.raises(BadInput) as caught:
        find_rule(reference, folder)
    [problem] = caught.value.problems
    for lang in ("en", "zh"):
        assert "\n" not in problem.line(lang)
    return problem


def test_a_rule_of_the_package_is_found_by_its_name() -> None:
    assert find_rule("per_household") == ("per_household", PerHousehold, None)


def test_a_rule_of_a_file_is_found_from_the_folder_of_the_study(write: Write) -> None:
    path = write()
    found = find_rule("my_rule.py:HalfFirst", path.parent)
    assert found.name == "my_rule.py:HalfFirst"
    assert found.code is not None
    assert (found.code.file, found.code.text) == (str(path), RULE)
    assert issubclass(found.kind, Rule)


def test_a_file_in_another_folder_is_named_by_its_own_name(write: Write, tmp_path: Path) -> None:
    write()
    (tmp_path / "studies").mkdir()
    assert find_rule("../my_rule.py:HalfFirst", tmp_path / "studies").name == "my_rule.py:HalfFirst"


def test_in_python_a_file_is_found_from_the_working_directory(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write().parent)
    rule = make_rule("my_rule.py:HalfFirst", {"part": 0.25})
    assert rule.option("part") == 0.25


def test_options_of_an_own_rule_are_checked_like_any_others(write: Write) -> None:
    path = write()
    with pytest.raises(BadInput, match="allowed: 0 to 1 share"):
        make_rule(f"{path}:HalfFirst", {"part": 2.0})
    with pytest.raises(BadInput, match="did you mean 'part'"):
        make_rule(f"{path}:HalfFirst", {"prt": 0.5})


def test_what_a_rule_leaves_out_is_taken_from_its_class(write: Write) -> None:
    kind = find_rule("my_rule.py:HalfFirst", write().parent).kind
    assert kind.name == "HalfFirst"
    assert kind.title == ("Half first", "Half first")
    assert kind.about.en == "Give half to the first."
    assert kind.source == ("assumed",)


def test_plain_text_is_a_title_in_both_languages() -> None:
    class Simple(Rule):
        title = "需求优先"  # type: ignore[assignment]

        def allocate(self, view: View) -> Allocation:
            raise NotImplementedError

    assert Simple.title == Text("需求优先", "需求优先")


def test_a_rule_made_from_another_does_not_go_by_its_name() -> None:
    class MoreForAll(PerHousehold):
        pass

    assert (MoreForAll.name, MoreForAll.title.en) == ("MoreForAll", "More for all")


def test_a_text_is_run_once_and_another_text_is_another_rule(write: Write) -> None:
    path = write()
    first = find_rule("my_rule.py:HalfFirst", path.parent).kind
    assert find_rule("my_rule.py:HalfFirst", path.parent).kind is first
    write(RULE + "\n# edited\n")
    other = find_rule("my_rule.py:HalfFirst", path.parent).kind
    assert other is not first
    assert first().identity() != other().identity()


def test_hybrids_of_rules_that_only_share_a_name_are_not_one(write: Write) -> None:
    path = write()
    one = Hybrid({}, ((find_rule(f"{path}:HalfFirst").kind(), 1.0),))
    write(RULE + "\n# edited\n")
    other = Hybrid({}, ((find_rule(f"{path}:HalfFirst").kind(), 1.0),))
    assert one.settings() == other.settings()
    assert one.identity() != other.identity()


def test_a_rule_may_be_a_hybrid_with_its_own_parts(write: Write) -> None:
    path = write("from sansheng.policy.rules.hybrid import Hybrid\nclass Mine(Hybrid):\n    pass\n")
    rule = make_rule(f"{path}:Mine", parts=[(make_rule("equal_split"), 1.0)])
    assert type(rule).__name__ == "Mine"
    assert isinstance(rule, Hybrid)
    assert len(rule.parts) == 1


def test_a_dataclass_with_deferred_annotations_is_a_rule(write: Write) -> None:
    text = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n" + RULE
    ).replace("class HalfFirst", "@dataclass(frozen=True)\nclass HalfFirst")
    assert find_rule("my_rule.py:HalfFirst", write(text).parent).kind().option("part") == 0.5


def test_the_file_may_begin_with_a_byte_order_mark(write: Write) -> None:
    assert find_rule("my_rule.py:HalfFirst", write("\ufeff" + RULE).parent).code is not None


@pytest.mark.parametrize(
    ("reference", "en", "zh"),
    [
        ("my_rul.py:HalfFirst", "no file 'my_rul.py'; did you mean 'my_rule.py'?", "没有名为"),
        ("my_rule.py:HalfFrist", "has no class 'HalfFrist'; did you mean 'HalfFirst'?", "没有类"),
        ("my_rule.py:", "say which class of the file is meant", "哪个类"),
        ("my_rule.py", "say which class of the file is meant: my_rule.py:HalfFirst", "哪个类"),
        (".py:A", "no file '.py'", "没有名为"),
        ("no_such_package.rules:A", "no installed package has a module", "没有安装"),
        ("sansheng.policy.no_such:A", "no installed package has a module", "没有安装"),
        ("a b:C", "names no rule", "不是规则的写法"),
        (":", "names no rule", "不是规则的写法"),
        ("C:\\rules", "names no rule", "不是规则的写法"),
        ("my_rule.py:Half First", "names no rule", "不是规则的写法"),
        ("..:A", "names no rule", "不是规则的写法"),
        ("per_houshold", "unknown rule 'per_houshold'; did you mean 'per_household'?", "没有名为"),
    ],
)
def test_a_name_that_leads_nowhere_is_refused_with_the_nearest(
    reference: str, en: str, zh: str, write: Write
) -> None:
    problem = refused(reference, write().parent)
    assert en in problem.line("en")
    assert zh in problem.line("zh")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("class A(:\n    pass\n", 1, "not valid Python"),
        ("x = 1\n\tclass\n", 2, "not valid Python"),
        ("x = 'a\x00b'\n", 1, "null"),
        ("import sansheng\nimport no_such_module\n", 2, "may import installed packages"),
        ("x = 1\n\ny = x / 0\n", 3, "ZeroDivisionError"),
        ("import sys\nsys.exit(0)\n", 2, "SystemExit"),
        ("raise ValueError('one\\ntwo')\n", 1, "ValueError: one"),
        ("def f():\n    f()\nf()\n", 2, "RecursionError"),
        (RULE.replace("0.5, unit", "7.0, unit"), 12, "default 7.0 is outside"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_told_with_its_line(
    text: str, line: int, says: str, write: Write
) -> None:
    path = write(text)
    problem = refused("my_rule.py:HalfFirst", path.parent)
    assert says in problem.line("en")
    assert problem.where is not None or "null" in says
    if problem.where is not None:
        assert (Path(problem.where.file).name, problem.where.line) == ("my_rule.py", line)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("class A:\n    pass\n", "not a rule"),
        ("A = 3\n", "not a rule"),
        ("A = Rule\n", "allocate(self, view)"),
        ("class A(Rule):\n    pass\n", "allocate(self, view)"),
        ("class A(Rule):\n    quantities = 1\n    def allocate(self, view): ...\n", "comma"),
        (
            "class A(Rule):\n    title = 3\n    def allocate(self, view): ...\n",
            "title must be text",
        ),
        (
            "class A(Rule):\n    def __init__(self): ...\n    def allocate(self, view): ...\n",
            "cannot be made",
        ),
        (
            OPTION_CALLED_FROM,
            "cannot be called 'from'",
        ),
    ],
)
def test_a_class_that_is_no_rule_is_told_with_what_is_missing(
    body: str, says: str, write: Write
) -> None:
    path = write("from sansheng import Rule, quantity\n" + body)
    assert says in refused("my_rule.py:A", path.parent).line("en")


def test_a_class_that_is_no_rule_is_pointed_at(write: Write) -> None:
    where = refused("my_rule.py:Unfinished", write().parent).where
    assert where is not None
    assert RULE.splitlines()[where.line - 1] == "class Unfinished(Rule):"


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8" in refused("a.py:A", tmp_path).line("en")


def test_a_folder_or_an_endless_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.py").mkdir()
    assert "is not a file" in refused("a.py:A", tmp_path).line("en")
    (tmp_path / "b.py").write_bytes(b"#" * 1_048_577)
    assert "larger than" in refused("b.py:A", tmp_path).line("en")


@dataclass(frozen=True)
class Package:
    folder: Path

    def offer(self, module: str, *points: str, name: str = "district-rules") -> None:
        """Install a distribution with a module and entry points."""
        info = self.folder / f"{name.replace('-', '_')}-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n", encoding="utf-8"
        )
        listed = "\n".join(points)
        (info / "entry_points.txt").write_text(f"[sansheng.rules]\n{listed}\n", encoding="utf-8")
        (self.folder / f"{name.replace('-', '_')}.py").write_text(module, encoding="utf-8")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    for name in ("district_rules", "other_rules"):
        monkeypatch.delitem(__import__("sys").modules, name, raising=False)
    return Package(folder)


def test_a_rule_of_an_installed_package_is_found_by_its_entry_point(package: Package) -> None:
    package.offer(RULE, "half_first = district_rules:HalfFirst")
    found = find_rule("half_first")
    assert (found.name, found.kind.__name__) == ("half_first", "HalfFirst")
    assert found.code is not None
    assert (found.code.module, found.code.text) == ("district_rules", RULE)
    assert known_names() == [*rule_names(), "half_first"]


def test_a_rule_of_an_installed_module_is_found_by_its_place(package: Package) -> None:
    package.offer(RULE)
    assert find_rule("district_rules:HalfFirst").kind.name == "HalfFirst"
    assert "did you mean 'HalfFirst'?" in refused("district_rules:HalfFrist").line()


@pytest.mark.parametrize(
    ("module", "point", "says"),
    [
        ("import no_such_module\n", "district_rules:A", "No module named 'no_such_module'"),
        ("1 / 0\n", "district_rules:A", "ZeroDivisionError"),
        ("x = 1\n", "district_rules:A", "has no class 'A'"),
        ("x = 1\n", "nowhere_at_all:A", "no installed package has a module"),
        ("x = 1\n", "district_rules", "names no rule"),
    ],
)
def test_a_broken_offer_is_told_in_one_line(
    module: str, point: str, says: str, package: Package
) -> None:
    package.offer(module, f"broken = {point}")
    assert says in refused("broken").line()


def test_a_name_that_two_packages_offer_is_refused(package: Package) -> None:
    package.offer(RULE, "half_first = district_rules:HalfFirst")
    package.offer(RULE, "half_first = other_rules:HalfFirst", name="other-rules")
    assert "offered more than once: " in refused("half_first").line()
    assert "district-rules 1.2" in refused("half_first").line()


def test_an_offer_cannot_take_the_name_of_a_rule_of_the_package(package: Package) -> None:
    package.offer(RULE, "per_household = district_rules:HalfFirst")
    assert find_rule("per_household").kind is PerHousehold
    assert known_names() == list(rule_names())
    assert list(offered_rules()) == ["per_household"]


def test_a_reference_travels_without_its_class(write: Write) -> None:
    from sansheng.study.config import rule_ref

    path = write()
    ref = rule_ref("my_rule.py:HalfFirst", path.parent)
    path.unlink()
    travelled = pickle.loads(pickle.dumps(ref))  # noqa: S301 - what workers receive
    assert type(travelled.make()).__name__ == "HalfFirst"
