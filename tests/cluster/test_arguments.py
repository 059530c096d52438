"""What the command says of a cluster that is none."""

from __future__ import annotations

import builtins
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sansheng.cli.main import main
from sansheng.core.errors import BadInput, RunFailed
from sansheng.study import cluster
from sansheng.study.cluster import DaskEngine

ENGINE = ("--engine", "dask", "--scheduler")


@pytest.fixture
def words(project: Path, tmp_path: Path) -> tuple[str, ...]:
    study = project / "experiments" / "classroom" / "study.yaml"
    return ("run", str(study), "--out", str(tmp_path / "out"), "--lang", "en")


@pytest.fixture(params=[b"", b"SSH-2.0-OpenSSH_9.6\r\n"])
def somebody(request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a listener who is no scheduler: one says nothing, one something else."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)

        def listen() -> None:
            with suppress(OSError), server.accept()[0] as connection:
                connection.sendall(request.param)
                connection.settimeout(5)
                connection.recv(1)

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def test_nobody_at_the_address_is_one_line_and_exit_code_1(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert main([*words, *ENGINE, f"tcp://127.0.0.1:{port}"]) == 1
    errors = capsys.readouterr().err
    assert errors.startswith(f"no scheduler of Dask answers at tcp://127.0.0.1:{port}; start one")
    assert errors.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "address", ["127.0.0.1:8786", "tcp://127.0.0.1", "tcp://:8786", "http://a:1", "tcp://a:99999"]
)
def test_an_address_that_is_none_is_one_line_and_exit_code_2(
    address: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, *ENGINE, address]) == 2
    errors = capsys.readouterr().err
    assert errors.startswith("the address of a scheduler looks like tcp://host:8786, not ")
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--scheduler", "tcp://127.0.0.1:9"), "needs --engine dask"),
        (("--engine", "local", "--scheduler", "tcp://127.0.0.1:9"), "needs --engine dask"),
        ((*ENGINE, "tcp://127.0.0.1:9", "--workers", "2"), "--workers does not go with"),
        (("--engine", "dusk"), "did you mean 'dask'?"),
    ],
)
def test_arguments_that_do_not_go_together_are_one_line_and_exit_code_2(
    more: tuple[str, ...], told: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, *more]) == 2
    errors = capsys.readouterr().err
    assert told in errors
    assert errors.count("\n") == 1


def test_a_missing_package_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    imported = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "distributed":
            raise ModuleNotFoundError(name)
        return imported(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(BadInput, match=r"pip install 'sansheng\[cluster\]'"):
        DaskEngine(None, 1)


def test_somebody_else_at_the_address_is_told_in_bounded_time(
    somebody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "SECONDS_TO_ANSWER", 0.5)
    with pytest.raises(RunFailed, match="no scheduler of Dask answers"):
        DaskEngine(somebody, 1).require_answer()
