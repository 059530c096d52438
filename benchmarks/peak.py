"""Run one thing in a process of its own and print the most memory it held: ``python -m benchmarks.peak WHAT``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

WHAT = ("nothing", "district", "ten-districts", "mesa")


def peak_mib(what: str) -> float | None:
    """Return the MiB that a process of its own held at most; None where the system does not tell."""
    try:
        import resource  # noqa: F401
    except ImportError:
        return None
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.peak", what], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def main() -> None:
    """Do what is asked, then print the peak."""
    from benchmarks.worlds import run, several, world_of

    what = sys.argv[1]
    if what == "nothing":
        run(world_of(several(1), 0), 1)  # what importing and loading kernels takes
    elif what == "district":
        run(world_of(several(1), 0), 120)
    elif what == "ten-districts":
        run(world_of(several(10), 0), 120)
    else:
        from benchmarks.mesa_twin import take_over
        from benchmarks.mesa_twin.luck import OwnLuck

        model = take_over(world_of(several(1), 13), OwnLuck(1))
        for _ in range(3):
            model.step()
    print(most_held())


def most_held() -> float:
    """Return the most MiB that this process has held.

    Linux tells it in a file; what it says of a process's use of resources starts from what its parent held.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (line for line in status.read_text("utf-8").splitlines() if "VmHWM" in line)
        return int(line.split()[1]) / 2**10
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    main()
