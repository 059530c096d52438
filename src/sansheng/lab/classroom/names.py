"""What pupils and teams call themselves."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from sansheng.core.errors import BadInput, Problem
from sansheng.core.text import Text

LONGEST = 24


def clean_name(said: object, taken: Collection[str]) -> str:
    """Return a name as everybody will see it.

    Raises
    ------
    BadInput
        If it is empty, too long, holds what cannot be seen, or somebody else has it.
    """
    name = unicodedata.normalize("NFC", said if isinstance(said, str) else "").strip()
    if not name:
        raise BadInput(Problem(Text("give a name", "请填写名称")))
    if len(name) > LONGEST:
        text = Text(
            f"the name has {len(name)} characters; allowed: up to {LONGEST}",
            f"名称有 {len(name)} 个字符；最多 {LONGEST} 个",
        )
        raise BadInput(Problem(text))
    if not name.isprintable():
        raise BadInput(Problem(Text("use letters that can be seen", "名称含不可见字符")))
    if name.casefold() in {other.casefold() for other in taken}:
        raise BadInput(Problem(Text(f"{name} is taken", f"“{name}”已被使用")))
    return name
