from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sansheng.cli import check
from sansheng.cli.main import VERBS, language_of_errors
from sansheng.core.errors import BadInput, Problem, RunFailed
from sansheng.core.text import Text

Command = Callable[..., Any]


def process(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LC_", "LANG", "PYTHONIOENCODING", "PYTHONUTF8"))
    }
    return subprocess.run(
        [sys.executable, "-m", "sansheng", *words],
        capture_output=True,
        env=kept | environment,
        check=False,
    )


def raising(error: BaseException) -> Callable[[Any], int]:
    def execute(args: Any) -> int:
        raise error

    return execute


def test_the_version_is_told(command: Command) -> None:
    answer = command("--version")
    assert answer.code == 0
    assert answer.out.startswith("sansheng ")


def test_the_help_names_every_verb_in_both_languages(command: Command) -> None:
    answer = command("--help")
    assert answer.code == 0
    for name, verb in VERBS.items():
        assert re.search(rf"\n    {name}\s", answer.out)
        assert verb.SUMMARY.en in answer.out
        assert verb.SUMMARY.zh in answer.out


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_its_help_in_both_languages(verb: str, command: Command) -> None:
    answer = command(verb, "--help")
    assert answer.code == 0
    assert VERBS[verb].SUMMARY.en in answer.out
    assert VERBS[verb].SUMMARY.zh in answer.out


def test_no_verb_shows_the_help_and_is_bad_input(command: Command) -> None:
    answer = command()
    assert (answer.code, answer.out) == (2, "")
    assert "verbs 命令" in answer.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rnu"], "unknown verb 'rnu'; did you mean 'run'? (valid: plan, run, merge,"),
        (
            ["run", "a.yaml", "--replicats", "3"],
            "unknown option '--replicats'; did you mean '--repl",
        ),
        (["run", "a.yaml", "--sed=3"], "unknown option '--sed'; did you mean '--seed'?"),
        (["run", "a.yaml", "--rep", "3"], "unknown option '--rep'"),
        (
            ["run", "a.yaml", "--replicates", "0"],
            "--replicates must be a whole number of at least 1",
        ),
        (
            ["run", "a.yaml", "--seed", "-1"],
            "--seed must be a whole number of at least 0, not '-1'",
        ),
        (["run", "a.yaml", "--seed", "1e5"], "not '1e5'"),
        (["run", "a.yaml", "--workers", "٣"], "not '٣'"),
        (["run", "a.yaml", "--lang", "cn"], "unknown language 'cn' (valid: zh, en)"),
        (["run"], "required: STUDY"),
        (["hash", "a", "b"], "unexpected argument 'b'"),
        (["list", "rule"], "unknown list 'rule'; did you mean 'rules'?"),
        (["--verson"], "unknown option '--verson'; did you mean '--version'?"),
    ],
)
def test_a_wrong_word_is_one_line_and_exit_code_2(
    words: list[str], said: str, command: Command
) -> None:
    answer = command(*words)
    assert answer.code == 2
    assert answer.out == ""
    assert said in answer.err
    assert answer.err.count("\n") == 1


def test_every_unknown_option_is_told(command: Command) -> None:
    assert command("hash", "a", "--one", "--two").err.count("\n") == 2


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (BadInput(Problem(Text("bad\nname", "坏"))), 2, r"bad\nname"),
        (RunFailed(Problem(Text("disk full", "磁盘已满"))), 1, "disk full"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (OSError(28, "No space left on device", "out"), 1, "out: No space left on device"),
        (MemoryError(), 1, "not enough memory"),
    ],
)
def test_a_failure_is_one_line_and_its_exit_code(
    error: BaseException,
    code: int,
    said: str,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(check, "execute", raising(error))
    answer = command("check", "study.yaml")
    assert (answer.code, answer.out, answer.err) == (code, "", f"{said}\n")


def test_a_bug_is_not_hidden(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "execute", raising(ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        command("check", "study.yaml")


@pytest.mark.parametrize(
    ("words", "environment", "expected"),
    [
        ([], {}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ([], {"LANG": "C", "LC_MESSAGES": "zh_TW"}, "zh"),
        (["--lang", "en"], {"LANG": "zh_CN.UTF-8"}, "en"),
        (["--lang=zh"], {"LANG": "C"}, "zh"),
        (["--lang", "cn"], {"LANG": "C"}, "en"),
        (["--lang"], {"LANG": "zh_CN"}, "zh"),
    ],
)
def test_errors_follow_the_option_then_the_locale(
    words: list[str], environment: dict[str, str], expected: str
) -> None:
    assert language_of_errors(words, environment) == expected


@pytest.mark.parametrize(
    "environment", [{"LC_ALL": "C"}, {"LC_ALL": "zh_CN.GBK"}, {"PYTHONIOENCODING": "ascii"}]
)
def test_words_are_utf8_whatever_the_locale(environment: dict[str, str]) -> None:
    answer = process("list", "rules", "--lang", "zh", **environment)
    assert answer.returncode == 0, answer.stderr
    assert "按户拨付" in answer.stdout.decode("utf-8")
    refused = process("check", "没有.yaml", "--lang", "zh", **environment)
    assert refused.returncode == 2
    assert "没有.yaml：文件不存在" in refused.stderr.decode("utf-8")
    assert b"Traceback" not in refused.stderr


@pytest.mark.skipif(os.name != "posix", reason="names of files are bytes on POSIX only")
def test_a_file_name_that_is_no_text_is_shown_escaped(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff.yaml"
    answer = subprocess.run(
        [sys.executable, "-m", "sansheng", "check", name], capture_output=True, check=False
    )
    assert answer.returncode == 2
    assert b"\\udcff.yaml" in answer.stderr
    assert b"Traceback" not in answer.stderr


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["run", "--help"]])
def test_help_and_version_load_nothing_heavy(words: list[str]) -> None:
    answer = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "sansheng", *words],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    loaded = {
        line.rsplit("|", maxsplit=1)[1].strip().partition(".")[0]
        for line in answer.stderr.splitlines()
        if line.startswith("import time:")
    }
    assert "argparse" in loaded
    assert not loaded & {"numba", "matplotlib", "mesa", "duckdb", "numpy", "pydantic", "rich"}


@pytest.mark.skipif(os.name != "posix", reason="a pipe that closes early is a matter of POSIX")
def test_a_reader_who_leaves_early_is_no_error_to_tell() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        answer = subprocess.run(
            [sys.executable, "-m", "sansheng", "list", "rules", "--json"],
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writing)
    assert (answer.returncode, answer.stderr) == (1, b"")
