"""What a result depends on besides the study: versions, platform, and the hash of the program."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import sansheng

_PACKAGES = ("duckdb", "mesa", "numba", "numpy", "scipy")


def versions() -> dict[str, str | None]:
    """Return versions of Python, this package and those its numbers pass through."""
    return {
        "python": platform.python_version(),
        "sansheng": sansheng.__version__,
        **{name: _installed(name) for name in _PACKAGES},
    }


def machine() -> dict[str, str]:
    """Return the operating system and the kind of processor."""
    return {"system": platform.platform(), "processor": platform.machine()}


def source_hash() -> str:
    """Return the SHA-256 of every file of the package, names and contents."""
    package = Path(sansheng.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*"), key=lambda path: path.relative_to(package).as_posix()):
        if path.is_file() and "__pycache__" not in path.parts:
            name = path.relative_to(package).as_posix()
            digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def code_hash(kind: type[Any]) -> str:
    """Return the SHA-256 of the file in which a class of the package is written."""
    file = sys.modules[kind.__module__].__file__
    assert file is not None  # it is no built-in
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()


def content_hash(content: Any) -> str:
    """Return the SHA-256 of JSON-like content, whatever the order of its keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
