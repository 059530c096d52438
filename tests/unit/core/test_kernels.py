from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba.core import config, event

from sansheng.core import kernels, parts
from sansheng.core.kernels import disjoint, kernel

compiled = pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")
posix = pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="other folders elsewhere")

HELPER = """
from mini.core.kernels import kernel

@kernel
def helper(x):
    return x * FACTOR
"""

RULE = """
from mini.core.helper import helper
from mini.core.kernels import kernel

@kernel
def rule(x):
    return helper(x) + 1
"""

REPORT = """
from mini.processes.rule import rule
values = [rule(2), rule(2.0)]
print(*values, sum(rule.stats.cache_hits.values()), sum(rule.stats.cache_misses.values()))
"""


def triple(x: float) -> float:
    return 3 * x


def hits_and_misses(function: Any) -> tuple[int, int]:
    stats = function.stats
    return sum(stats.cache_hits.values()), sum(stats.cache_misses.values())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache folder that keeps the kernels of this file."""
    monkeypatch.setattr(kernels, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(kernels, "_PACKAGE", Path(__file__).parent)
    monkeypatch.setattr(kernels, "_SOURCES", (Path(__file__).name,))
    return tmp_path


@pytest.fixture
def mini(tmp_path: Path) -> Path:
    """Return a package with the same cache, one helper kernel and one kernel that calls it."""
    package = tmp_path / "mini"
    for part in (package, package / "core", package / "processes"):
        part.mkdir()
        (part / "__init__.py").touch()
    for module in (kernels, parts):
        source = Path(str(module.__file__))
        text = source.read_text(encoding="utf-8").replace("from sansheng.", "from mini.")
        (package / "core" / source.name).write_text(text, encoding="utf-8")
    write_helper(package, 10)
    (package / "processes" / "rule.py").write_text(RULE, encoding="utf-8")
    return package


def write_helper(package: Path, factor: int) -> None:
    text = HELPER.replace("FACTOR", str(factor))
    (package / "core" / "helper.py").write_text(text, encoding="utf-8")


def start(package: Path, code: str, **env: str) -> subprocess.Popen[str]:
    keep = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA")}
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={
            **keep,
            "PYTHONPATH": str(package.parent),
            "PYTHONDONTWRITEBYTECODE": "1",
            "NUMBA_CACHE_DIR": str(package.parent / "cache"),
            **env,
        },
    )


def finish(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return out.strip()


def run(package: Path, code: str = REPORT, **env: str) -> str:
    return finish(start(package, code, **env))


def test_another_process_compiles_nothing_until_a_helper_is_edited(mini: Path) -> None:
    assert run(mini) == "21 21.0 0 2"
    assert run(mini) == "21 21.0 2 0"
    write_helper(mini, 20)
    assert run(mini) == "41 41.0 0 2"


def test_processes_that_compile_at_the_same_time_leave_a_sound_cache(mini: Path) -> None:
    whole = REPORT.replace("[rule(2), rule(2.0)]", "[rule(2)]")
    real = REPORT.replace("[rule(2), rule(2.0)]", "[rule(2.0)]")
    running = [start(mini, code) for code in (whole, real)]
    assert [finish(process) for process in running] == ["21 0 1", "21.0 0 1"]
    assert run(mini) == "21 21.0 2 0"
    assert not list((mini.parent / "cache").rglob("*.tmp"))


def test_importing_kernels_makes_no_folder(mini: Path) -> None:
    run(mini, "import mini.processes.rule")
    assert not (mini.parent / "cache").exists()


def test_kernels_are_plain_functions_where_compiling_is_disabled(mini: Path) -> None:
    code = "from mini.processes.rule import rule; print(type(rule).__name__, rule(2))"
    assert run(mini, code, NUMBA_DISABLE_JIT="1") == "function 21"
    assert not (mini.parent / "cache").exists()


@compiled
def test_what_one_kernel_compiled_the_next_one_loads(folder: Path) -> None:
    first, second = kernel(triple), kernel(triple)
    assert (first(2), first(0.5)) == (6, 1.5)
    assert (second(2), second(0.5)) == (6, 1.5)
    assert hits_and_misses(first) == (0, 2)
    assert hits_and_misses(second) == (2, 0)
    assert second.stats.cache_path == str(folder)  # type: ignore[attr-defined]


@compiled
@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[:-7],
        lambda content: content[:99] + bytes([content[99] ^ 1]) + content[100:],
        lambda _: b"",
    ],
    ids=["cut", "flipped", "emptied"],
)
def test_a_spoiled_file_is_compiled_again(folder: Path, spoil: Callable[[bytes], bytes]) -> None:
    kernel(triple)(2)
    (path,) = folder.iterdir()
    path.write_bytes(spoil(path.read_bytes()))
    again = kernel(triple)
    assert again(2) == 6
    assert hits_and_misses(again) == (0, 1)
    repaired = kernel(triple)
    repaired(2)
    assert hits_and_misses(repaired) == (1, 0)


@compiled
def test_one_signature_is_never_served_for_another(folder: Path) -> None:
    first = kernel(triple)
    first(2)
    first(0.5)
    one, two = folder.iterdir()
    contents = one.read_bytes(), two.read_bytes()
    one.write_bytes(contents[1])
    two.write_bytes(contents[0])
    again = kernel(triple)
    assert (again(2), again(0.5)) == (6, 1.5)
    assert hits_and_misses(again) == (0, 2)


@compiled
def test_a_full_disk_does_not_stop_a_kernel(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Path, __: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kernels, "_write", full)
    assert kernel(triple)(2) == 6
    assert not list(folder.iterdir())


@compiled
def test_a_kernel_whose_source_the_folder_does_not_stand_for_is_not_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    factor = 3

    def closure(x: float) -> float:
        return factor * x

    assert kernel(closure)(2) == 6
    monkeypatch.setattr(kernels, "_SOURCES", ("elsewhere.py",))
    assert kernel(triple)(2) == 6
    assert not list(folder.iterdir())


@compiled
def test_recompiling_forgets_what_was_kept(folder: Path) -> None:
    function = kernel(triple)
    function(2)
    (folder / "other.kernel").touch()
    function._cache.flush()  # type: ignore[attr-defined]
    assert [path.name for path in folder.iterdir()] == ["other.kernel"]


@compiled
def test_a_kernel_keeps_its_name_and_words_and_divides_as_numpy() -> None:
    @kernel
    def half(x: float) -> float:
        """Halve."""
        return x / 0.0

    assert (half.__name__, half.__doc__) == ("half", "Halve.")
    assert half(1.0) == float("inf")


@compiled
def test_a_kernel_is_compiled_once_for_all_constants_and_widths_it_is_called_with() -> None:
    @kernel
    def add(x: int, y: int) -> int:
        return x + y

    @kernel
    def sums(small: np.int32) -> int:
        return add(1, 2) + add(3, small) + add(x=small, y=5)

    compiled: list[str] = []

    class Note(event.Listener):  # type: ignore[misc]
        def on_start(self, about: Any) -> None:
            compiled.append(about.data["dispatcher"].py_func.__name__)

        def on_end(self, about: Any) -> None:
            pass

    with event.install_listener("numba:compile", Note()):
        assert sums(np.int32(10)) == 31
    assert sorted(compiled) == ["add", "sums"]


@compiled
def test_the_compiler_is_told_that_disjoint_rows_do_not_overlap() -> None:
    def double(to: Any, row: Any) -> None:
        for j in range(row.shape[0]):
            to[j] = 2 * row[j]

    told = []
    for decorate in (kernel, disjoint):
        function: Any = decorate(double)
        to, row = np.zeros(9, np.int32), np.arange(9, dtype=np.int32)
        function(to, row)
        assert to.tolist() == (2 * row).tolist()
        (code,) = function.inspect_llvm().values()
        told.append(code.count("noalias"))
    assert told[1] > told[0]


@compiled
def test_kernels_let_other_threads_run() -> None:
    options = kernel(triple).targetoptions  # type: ignore[attr-defined]
    assert options["nogil"] is True


@pytest.mark.parametrize("edit", ["core/helper.py", "processes/rule.py", "core/new.py", "month.py"])
def test_the_folder_changes_with_every_kernel_source(
    mini: Path, monkeypatch: pytest.MonkeyPatch, edit: str
) -> None:
    monkeypatch.setattr(kernels, "_PACKAGE", mini)
    before = kernels._fingerprint()
    assert kernels._fingerprint() == before
    with (mini / edit).open("a", encoding="utf-8") as file:
        file.write("# 变\n")
    assert kernels._fingerprint() != before


def test_the_folder_stays_when_something_else_changes(
    mini: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernels, "_PACKAGE", mini)
    before = kernels._fingerprint()
    (mini / "cli").mkdir()
    (mini / "cli" / "main.py").touch()
    (mini / "core" / "notes.txt").touch()
    assert kernels._fingerprint() == before


@pytest.mark.parametrize(
    ("setting", "value"), [("OPT", 1), ("BOUNDSCHECK", 1), ("ENABLE_AVX", 7), ("CPU_NAME", "i386")]
)
def test_the_folder_changes_with_the_compile_flags(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: object
) -> None:
    before = kernels._fingerprint()
    monkeypatch.setattr(config, setting, value)
    assert kernels._fingerprint() != before


def test_without_sources_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "_PACKAGE", tmp_path)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    assert kernels.cache_folder.__wrapped__() is None
    assert not (tmp_path / "cache").exists()


def test_the_marker_says_that_all_is_compiled(folder: Path) -> None:
    assert not kernels.kernels_are_compiled()
    kernels.mark_kernels_compiled()
    assert kernels.kernels_are_compiled()
    assert [path.name for path in folder.iterdir()] == ["complete"]


def test_where_nothing_can_be_kept_nothing_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "cache_folder", lambda: None)
    kernels.mark_kernels_compiled()
    assert not kernels.kernels_are_compiled()


@posix
def test_the_cache_lies_where_the_user_keeps_caches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, xdg = tmp_path / "home", tmp_path / "xdg"
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("HOME", str(home))
    for cache_home, root in ((None, home / ".cache"), ("odd", home / ".cache"), (str(xdg), xdg)):
        if cache_home is None:
            monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
        else:
            monkeypatch.setenv("XDG_CACHE_HOME", cache_home)
        found = kernels.cache_folder.__wrapped__()
        assert found.parent == root / "sansheng"
        assert found.stat().st_mode & 0o777 == 0o700


@posix
def test_a_temporary_folder_is_used_only_if_it_is_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked, elsewhere = tmp_path / "blocked", tmp_path / "elsewhere"
    blocked.touch()  # a file where a folder would be: nothing can be made in it
    elsewhere.mkdir(mode=0o700)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(blocked))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    own = tmp_path / f"sansheng-{os.getuid()}"
    assert kernels.cache_folder.__wrapped__().parent == own
    assert own.stat().st_mode & 0o777 == 0o700
    own.chmod(0o777)
    assert kernels.cache_folder.__wrapped__() is None
    shutil.rmtree(own)
    own.symlink_to(elsewhere)
    assert kernels.cache_folder.__wrapped__() is None
    assert not list(elsewhere.iterdir())
