"""Code of rules that are not of the package: stored with the results that rest on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sansheng.core.errors import BadInput, Problem, quoted
from sansheng.core.text import Text

if TYPE_CHECKING:
    from sansheng.core.located_yaml import Located
    from sansheng.policy.references import Code
    from sansheng.study.config import Study


def codes_of(study: Study, located: Located | None = None) -> dict[str, Code]:
    """Return the code that a study brings along, by the name under which it is stored.

    Parameters
    ----------
    located
        The study's file, to say where in it something is wrong.

    Raises
    ------
    BadInput
        If different files would be stored under one name.
    """
    codes: dict[str, Code] = {}
    folded: dict[str, Code] = {}
    for rule in study.rules():
        for code in rule.codes():
            first = folded.setdefault(code.stored_as.casefold(), code)
            if first.text != code.text:
                where = located.where(("scenarios",), key=True) if located else None
                raise BadInput(Problem(_alike(code.stored_as), where))
            codes.setdefault(first.stored_as, first)
    return codes


def with_stored_paths(study: Study, written: Any) -> bool:
    """Let a study's data name files with rules as they lie in its folder of results.

    Parameters
    ----------
    written
        Mappings and lists as the file has them; changed in place.

    Returns
    -------
    bool
        Whether anything changed.
    """
    files = {code.stored_as for code in codes_of(study).values() if code.module is None}
    return _flatten(written["scenarios"], files) if files else False


def _flatten(node: Any, files: set[str]) -> bool:
    """Cut folders from references to files; say whether there were any."""
    changed = False
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in list(pairs):
        if isinstance(value, dict | list):
            changed |= _flatten(value, files)
        elif key in ("rule", "name") and isinstance(value, str):
            place, _, name = value.rpartition(":")
            flat = place.replace("\\", "/").rpartition("/")[2]
            if flat in files and flat != place:
                node[key] = f"{flat}:{name}"
                changed = True
    return changed


def _alike(name: str) -> Text:
    return Text(
        f"two different files with rules are called {quoted(name)}; results store them side by side,"
        " so rename one",
        f"两个不同的规则文件同名 {quoted(name)}；结果文件夹将其并列保存，请改名",
    )
