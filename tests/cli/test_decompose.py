"""``sansheng decompose`` at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Command = Callable[..., Any]

STUDY = """\
place: classroom
start: 2015-01
months: 12
replicates: 2
seed: 1
baseline: flat
equal_spend: false
scenarios:
  flat: {rule: per_household}
  tasks: {rule: task_based}
"""


def test_shares_are_told_stored_and_drawn(command: Command, tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(STUDY, encoding="utf-8")
    results, out = tmp_path / "results", tmp_path / "why"
    ran = command("run", tmp_path / "small.yaml", "--out", results, "--workers", 1, "--quiet")
    assert ran.code == 0
    asked = ("--from", "flat", "--to", "tasks", "--channels", "paperwork", "--replicates", 2)
    words = ("decompose", results, *asked, "--workers", 1, "--quiet", "--out", out)
    told = command(*words, "--lang", "en")
    assert (told.code, told.err) == (0, "")
    assert str(out / "decompose-zh.pdf") in told.out
    said = json.loads(command(*words, "--json").out)
    assert said == json.loads((out / "decompose.json").read_text("utf-8"))
    assert (out / "shares.csv").read_bytes().startswith(b"\xef\xbb\xbfof,name,en,zh,mean,")
    assert {path.name for path in out.iterdir()} == {
        "shares.csv", "hybrids.csv", "freed.csv", "decompose.json",
        *(f"decompose-{lang}.{kind}" for lang in ("zh", "en") for kind in ("png", "svg", "pdf")),
    }  # fmt: skip


def test_a_folder_that_cannot_be_written_ends_in_one_line(command: Command, tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(STUDY, encoding="utf-8")
    results = tmp_path / "results"
    command("run", tmp_path / "small.yaml", "--out", results, "--workers", 1, "--quiet")
    (tmp_path / "file").write_text("no folder")
    asked = ("--from", "flat", "--to", "tasks", "--channels", "paperwork", "--replicates", 2)
    end = ("--workers", 1, "--quiet", "--lang", "en", "--out", tmp_path / "file" / "why")
    answer = command("decompose", results, *asked, *end)
    assert answer.code != 0
    assert answer.err.count("\n") == 1
    assert "cannot write" in answer.err
