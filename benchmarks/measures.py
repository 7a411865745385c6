"""CPU time of other processes, the machine, and medians."""

import os
import platform
import subprocess
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """The CPU time that process *pid* has used, user and system, to the nanosecond."""
    # The number of a process's CPU clock, as clock_getcpuclockid(3) computes it on Linux;
    # /proc/<pid>/stat says the same in steps of 10 ms, too coarse for a cheap request.
    return time.clock_gettime((~pid << 3) | 2)


def tree_cpu_seconds(root: int) -> float:
    """The CPU time of process *root* and of every process below it, also those that are gone."""
    parents = _parents()
    total = _reaped_cpu_seconds(root)
    for pid in parents:
        above = pid
        while above not in (root, 0):
            above = parents.get(above, 0)
        if above == root:
            total += _cpu_or_none(pid)
    return total


def percentile(values: Sequence[float], share: float) -> float:
    """The value that *share* of *values*, 0 to 1, do not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    return {
        "cpus": os.cpu_count(),
        "processor": _processor(),
        "kernel": platform.release(),
        "load_average": round(os.getloadavg()[0], 1),
    }


def versions(*distributions: str) -> dict[str, str]:
    """Python's version and those of the installed *distributions*."""
    return {"python": platform.python_version()} | {name: version(name) for name in distributions}


def revision() -> str:
    """The commit that was measured, or unknown outside a checkout."""
    asked = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() or "unknown"


def _parents() -> dict[int, int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    return parents


def _reaped_cpu_seconds(root: int) -> float:
    fields = Path(f"/proc/{root}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def _cpu_or_none(pid: int) -> float:
    try:
        return cpu_seconds(pid)
    except OSError:
        return 0.0


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"
