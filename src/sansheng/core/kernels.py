"""``@kernel``: compiled functions, kept on disk under everything they depend on.

Numba's own cache looks at the file a function stands in and misses an edit in a helper that another
file imports, so it can serve yesterday's equations. Here the folder is named by a hash of all kernel
sources together with the versions, the processor and the compile flags: after any edit the cache
starts empty, and nothing stale can be loaded.

Numba also numbers its data files through an index that two processes may update at once, in which
case one signature can be served another's machine code. Here each compiled signature is one file,
named by its own key, written aside and renamed; it carries its key and a checksum, and whatever does
not match is compiled again.

Importing a module of kernels reads nothing and compiles nothing; the folder is worked out when a
kernel is first called. Setting ``NUMBA_DISABLE_JIT=1`` leaves the functions as plain Python.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pickle
import stat
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import llvmlite
import numba
from llvmlite import binding
from numba.core import compiler, config, serialize, types

from sansheng.core import parts

FuncT = TypeVar("FuncT", bound=Callable[..., Any])

_PACKAGE = Path(__file__).resolve().parent.parent
_SOURCES = ("core", "world", "processes", "outcomes", "month.py")
_SETTINGS = (
    "BOUNDSCHECK",
    "CPU_FEATURES",
    "CPU_NAME",
    "DEBUGINFO_DEFAULT",
    "DISABLE_INTEL_SVML",
    "ENABLE_AVX",
    "JIT_COVERAGE",
    "LLVM_REFPRUNE_FLAGS",
    "LLVM_REFPRUNE_PASS",
    "LOOP_VECTORIZE",
    "OPT",
    "SLP_VECTORIZE",
    "USING_SVML",
)
"""Settings of Numba that change the machine code."""

_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": True}

_compiler: Any = compiler  # the inner parts of Numba that do the work are not typed
_serialize: Any = serialize
_types: Any = types


_MARKER = "complete"
_DIGEST = hashlib.sha256().digest_size


def kernel(func: FuncT) -> FuncT:
    """Compile a function on first call, without the interpreter lock, and keep it on disk.

    Division by zero gives ``inf`` or ``nan`` as in NumPy. The function may be called from Python and
    from other kernels; only a call from Python makes the code that unpacks Python objects, which for
    a kernel with many arguments takes longer to compile than the kernel itself.

    It works on the arrays it is given: making or returning one is an error of compilation. In exchange
    no reference is counted, which for tables of arrays is most of what there is to compile.
    """
    return _compiled(func, {"_nrt": False})


def allocating(func: FuncT) -> FuncT:
    """As :func:`kernel`, for a function that makes arrays of its own."""
    return _compiled(func, {})


def disjoint(func: FuncT) -> FuncT:
    """As :func:`kernel`, for arrays of which none shares memory with another.

    For rows of counts: the compiler otherwise has to expect that what is written to one changes another, and works
    on one count at a time. Never hand it a table along with a column of that table. Its code is written in the place
    of every call, as handing over twenty arrays costs more than some of these kernels do.
    """
    options = {"_nrt": False, "forceinline": True}
    return _compiled(func, options, parts.DisjointWhole, parts.DisjointPart)


def inlined(func: FuncT) -> FuncT:
    """As :func:`kernel`, and written in the place of every call from another kernel.

    For short functions whose callers gain from seeing inside, and for those that only hand tables on.
    """
    return _compiled(func, {"_nrt": False, "inline": "always"})


def _compiled(
    func: FuncT, options: dict[str, Any], whole: Any = parts.Whole, part: Any = parts.Part
) -> FuncT:
    options = {**_OPTIONS, **options}
    njit: Any = numba.njit
    compiled: Any = njit(**options, pipeline_class=whole)(func)
    if compiled is not func:  # as it is where compiling is disabled
        compiled._cache = _KernelCache(func)

        @functools.cache
        def inner() -> Any:
            """Return what other kernels call; most are never asked for it, as all come from disk."""
            asked = {**options, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
            return njit(**asked, pipeline_class=part)(func)

        compiled.get_call_template = lambda args, kws: inner().get_call_template(*_wide(args, kws))
        compiled.get_overload = lambda signature: inner().get_overload(signature)
    return cast(FuncT, compiled)


def _wide(args: Any, kws: Any) -> tuple[Any, Any]:
    """Return types of arguments by which kernels call each other: by value, one version a function.

    Numba compiles a callee anew for every constant it is called with, and for every width of integer:
    the random number generator once per named decision. Widening scalars first compiles it once.
    """
    return tuple(map(_widen, args)), {name: _widen(kind) for name, kind in dict(kws).items()}


def _widen(kind: Any) -> Any:
    kind = _types.unliteral(kind)
    return _types.int64 if isinstance(kind, _types.Integer) and kind.signed else kind


@functools.cache
def cache_folder() -> Path | None:
    """Return the folder of compiled kernels, made if need be, or None where none can be kept.

    It lies in ``NUMBA_CACHE_DIR`` if that is set, else in the user's cache folder, else in the
    temporary folder if that part of it belongs to this user alone.
    """
    name = _fingerprint()
    if name is None:
        return None
    for root, private in _roots():
        folder = root / name
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if private and not _is_ours(root):
                continue
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
    return None


def kernels_are_compiled() -> bool:
    """Whether a complete set of compiled kernels waits on disk, so that starting takes no minute."""
    folder = cache_folder()
    return folder is not None and (folder / _MARKER).exists()


def mark_kernels_compiled() -> None:
    """Note on disk that every kernel of the month has been compiled."""
    folder = cache_folder()
    if folder is not None:
        _write(folder / _MARKER, b"")


class _KernelCache:
    """Compiled signatures of one function, as Numba's dispatcher asks for them."""

    def __init__(self, func: Callable[..., Any]) -> None:
        self._func = func
        self._enabled = True

    @property
    def cache_path(self) -> str | None:
        folder = self._folder()
        return None if folder is None else str(folder)

    def enable(self) -> None:
        self._enabled = True

    def disable(self) -> None:
        self._enabled = False

    def flush(self) -> None:
        """Forget what is on disk for this function."""
        folder = self._folder()
        if folder is not None:
            for path in folder.glob(f"{self._stem()}-*.kernel"):
                path.unlink(missing_ok=True)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the compiled signature, or None if there is no sound one on disk."""
        target_context.refresh()
        folder = self._folder()
        if folder is None:
            return None
        key = self._key(sig, target_context.codegen())
        try:
            content = self._path(folder, key).read_bytes()
        except OSError:
            return None
        body = content[_DIGEST:]
        if hashlib.sha256(body).digest() != content[:_DIGEST]:
            return None
        stored, payload = pickle.loads(body)  # noqa: S301 - the user's own cache, checked above
        if stored != key:
            return None
        return _compiler.CompileResult._rebuild(target_context, *payload)

    def save_overload(self, sig: Any, result: Any) -> None:
        """Keep a compiled signature."""
        folder = self._folder()
        if folder is None:
            return
        if result.library.has_dynamic_globals or any(not part.can_cache for part in result.lifted):
            warnings.warn(f"{self._stem()} is compiled anew in every process", stacklevel=2)
            return
        key = self._key(sig, result.codegen)
        library, *rest = result._reduce()
        body = _serialize.dumps((key, (_machine_code(library, result), *rest)))
        try:
            _write(self._path(folder, key), hashlib.sha256(body).digest() + body)
        except OSError:
            # A full disk must not stop a run: the kernel is compiled and at hand in this process.
            self.disable()

    def _folder(self) -> Path | None:
        """Return the folder, or None for a function whose source the folder's name does not hash."""
        if not self._enabled or self._func.__closure__ is not None:
            return None
        path = Path(self._func.__code__.co_filename).resolve()
        return cache_folder() if any(path.is_relative_to(_PACKAGE / s) for s in _SOURCES) else None

    def _stem(self) -> str:
        code = self._func.__code__
        return f"{Path(code.co_filename).stem}.{self._func.__name__}-{code.co_firstlineno}"

    def _key(self, sig: Any, codegen: Any) -> tuple[Any, ...]:
        return self._func.__module__, self._func.__qualname__, sig, codegen.magic_tuple()

    def _path(self, folder: Path, key: tuple[Any, ...]) -> Path:
        digest = hashlib.sha256(repr(key).encode()).hexdigest()[:16]
        return folder / f"{self._stem()}-{digest}.kernel"


def _machine_code(library: Any, result: Any) -> Any:
    """Return a library's state without what would let other code be linked with it, most of what there is to read.

    Kernels that others call are compiled along with those (:mod:`sansheng.core.parts`), not read from disk. What is
    left in its place tells which functions the machine code has.
    """
    name, kind, (code, _) = library
    found = {function.name for function in result.library.get_defined_functions()}
    kept = found & {result.fndesc.llvm_func_name, result.fndesc.llvm_cpython_wrapper_name}
    text = "".join(f'define void @"{symbol}"() {{ ret void }}\n' for symbol in sorted(kept))
    return name, kind, (code, binding.parse_assembly(text).as_bitcode())


def _roots() -> list[tuple[Path, bool]]:
    """Return the folders to try in order, and whether each must prove to be this user's own."""
    roots: list[tuple[Path, bool]] = []
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        roots.append((Path(chosen) / "sansheng", False))
    else:
        roots += [(base / "sansheng", False) for base in _user_cache_folders()]
    user = os.getuid() if hasattr(os, "getuid") else 0
    roots.append((Path(tempfile.gettempdir()) / f"sansheng-{user}", True))
    return roots


def _user_cache_folders() -> list[Path]:
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return [Path(local)] if local else []
    xdg = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if xdg.is_absolute():  # the standard tells us to ignore a relative one
        return [xdg]
    try:
        home = Path.home()
    except RuntimeError:  # a user without a home
        return []
    return [home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache"]


def _is_ours(folder: Path) -> bool:
    """Whether nobody else can put files there: what is loaded from it is run."""
    if not hasattr(os, "getuid"):
        return True
    info = folder.lstat()
    return stat.S_ISDIR(info.st_mode) and info.st_uid == os.getuid() and not info.st_mode & 0o022


def _fingerprint() -> str | None:
    """Return the hash of all that compiled code depends on, or None if the sources are not files."""
    sources = sorted(
        path
        for part in _SOURCES
        for path in ((_PACKAGE / part).rglob("*.py") if "." not in part else [_PACKAGE / part])
        if path.is_file()
    )
    if not sources:
        return None
    settings = [(name, repr(getattr(config, name, None))) for name in _SETTINGS]
    about = (
        sys.version,
        numba.__version__,
        llvmlite.__version__,
        binding.get_host_cpu_name(),
        binding.get_host_cpu_features().flatten(),
        settings,
        [
            (path.relative_to(_PACKAGE).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest())
            for path in sources
        ],
    )
    return hashlib.sha256(repr(about).encode()).hexdigest()[:32]


def _write(path: Path, content: bytes) -> None:
    """Write aside and rename, so that a reader sees the whole file or none."""
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(aside).replace(path)
    except OSError:
        Path(aside).unlink(missing_ok=True)
        raise
