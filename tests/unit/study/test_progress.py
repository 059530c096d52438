from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from sansheng.core.text import Language, Text
from sansheng.study.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Gone(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


def ticking(seconds: float) -> Iterator[float]:
    now = 0.0
    while True:
        yield now
        now += seconds


def tell(progress: Progress, runs: int) -> None:
    progress.start(runs)
    for _ in range(runs):
        progress.advance(1)
    progress.stop()


def lines(seconds: float, runs: int, lang: Language = "en") -> list[str]:
    stream = io.StringIO()
    tell(Progress(lang=lang, stream=stream, clock=ticking(seconds).__next__), runs)
    return stream.getvalue().splitlines()


def test_a_short_run_writes_no_line() -> None:
    assert lines(0.1, 19) == []


def test_a_log_gets_a_first_line_after_two_seconds_and_then_one_every_five() -> None:
    written = lines(0.125, 160)
    assert written[0] == "16 of 160 runs, 8 per second, about 18 s left"
    assert [int(line.split()[0]) for line in written] == [16, 56, 96, 136]


def test_lines_are_in_the_language_asked_for() -> None:
    assert lines(1.0, 4, "zh") == ["已完成 2/4 次运行，每秒 1 次，约剩 2 秒"]


def test_a_terminal_gets_a_bar_with_the_count() -> None:
    stream = Terminal()
    tell(Progress(lang="zh", stream=stream), 7)
    assert "运行" in stream.getvalue()
    assert "7/7" in stream.getvalue()
    assert "次/秒" in stream.getvalue()


def test_an_announcement_is_one_line_in_the_language_asked_for() -> None:
    stream = io.StringIO()
    Progress(lang="zh", stream=stream).say(Text("wait", "请稍候"))
    assert stream.getvalue() == "请稍候\n"


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_quiet_is_silent(stream: io.StringIO) -> None:
    progress = Progress(quiet=True, stream=stream, clock=ticking(10.0).__next__)
    progress.say(Text("wait", "请稍候"))
    tell(progress, 5)
    assert stream.getvalue() == ""


def test_results_stay_clean(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(clock=ticking(10.0).__next__)
    progress.say(Text("wait", "请稍候"))
    tell(progress, 5)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("wait\n")


def test_a_run_goes_on_when_nobody_reads_its_progress() -> None:
    progress = Progress(stream=Gone(), clock=ticking(10.0).__next__)
    progress.say(Text("wait", "请稍候"))
    tell(progress, 5)


def test_a_program_without_an_error_stream_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", None)
    tell(Progress(clock=ticking(10.0).__next__), 5)


def test_a_run_that_takes_minutes_is_told_of_before_it_is_there() -> None:
    stream = io.StringIO()
    progress = Progress(stream=stream, clock=ticking(1.0).__next__)
    progress.start(2)
    for _ in range(20):
        progress.come_nearer(0.1)
    progress.advance(2)
    progress.stop()
    said = stream.getvalue().splitlines()
    assert said[0] == "0.20 of 2 runs, 0.1 per second, about 18 s left"
    assert len(said) == 4
    progress = Progress(stream=stream, clock=ticking(10.0).__next__)
    progress.start(3)
    progress.come_nearer(1.0)
    progress.advance(1)
    assert "1 of 3 runs" in stream.getvalue().splitlines()[-1]
