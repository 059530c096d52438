from __future__ import annotations

from pathlib import Path

from sansheng.analysis.origin import origin_of_study
from sansheng.study.config import load_study


def test_where_a_study_file_lies_does_not_change_its_hash_but_a_number_does(
    project: Path, tmp_path: Path
) -> None:
    text = (project / "experiments/classroom/study.yaml").read_text(encoding="utf-8")
    copy, other = tmp_path / "copy.yaml", tmp_path / "other.yaml"
    copy.write_text(text, encoding="utf-8")
    other.write_text(text.replace("seed: 1", "seed: 2"), encoding="utf-8")
    files = (project / "experiments/classroom/study.yaml", copy, other)
    hashes = [origin_of_study(load_study(file), []).hash for file in files]
    assert hashes[0] == hashes[1] != hashes[2]


def test_the_command_can_be_pasted_into_a_shell(project: Path) -> None:
    study = load_study(project / "experiments/classroom/study.yaml")
    origin = origin_of_study(study, ["map", "my study.yaml", "--over", "psi,rho_FH"])
    assert origin.command == "sansheng map 'my study.yaml' --over psi,rho_FH"
