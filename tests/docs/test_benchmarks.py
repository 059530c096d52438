"""What the READMEs quote of benchmarks is what was measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import quoted


@pytest.mark.parametrize(("lang", "name"), quoted.READMES.items())
def test_a_readme_quotes_the_latest_benchmarks_with_machine_and_date(
    lang: quoted.Language, name: str, project: Path
) -> None:
    found = json.loads(quoted.LATEST.read_text(encoding="utf-8"))
    said = quoted.table(found, lang)
    assert f"<!-- bench-table -->\n{said}\n<!-- /bench-table -->" in (project / name).read_text(
        encoding="utf-8"
    )
    assert found["when"][:10] in said
    assert found["machine"]["processor"] in said


def test_the_table_follows_what_was_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = json.loads(quoted.LATEST.read_text(encoding="utf-8"))
    found["measures"]["district_decade_ms"]["value"] = 12.3
    monkeypatch.setattr(quoted, "LATEST", tmp_path / "latest.json")
    quoted.LATEST.write_text(json.dumps(found), encoding="utf-8")
    for name in quoted.READMES.values():
        (tmp_path / name).write_text(
            "<!-- bench-table -->\nformer\n<!-- /bench-table -->\n", "utf-8"
        )
    quoted.insert(tmp_path)
    for name in quoted.READMES.values():
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "| 12.3 ms |" in text
        assert "former" not in text


def test_a_readme_without_a_place_for_the_table_is_an_error(tmp_path: Path) -> None:
    for name in quoted.READMES.values():
        (tmp_path / name).write_text("nothing\n", encoding="utf-8")
    with pytest.raises(ValueError, match="0 places"):
        quoted.insert(tmp_path)
