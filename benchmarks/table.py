"""``python benchmarks/table.py``: time every promised job beside its reference and print the table.

Jobs of this process are told in seconds of processor time with one thread, so that a busy machine
changes little; whole processes and clusters by the clock, clusters by the fastest of their calls.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
CASES = [str(HERE / name) for name in ("test_resampling.py", "test_large.py")]
CLOCK = "whole_process or peak_memory or dask"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
HEAD = ("job", "seconds", "at most", "reference, each", "times faster", "at least", "peak MB")


def timed(chosen: str, timer: str, most: float) -> list[dict]:
    """Benchmarks whose names match, by one timer."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "timed.json"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", *CASES]
        command += ["-k", chosen]
        command += [f"--benchmark-json={path}", f"--benchmark-timer=time.{timer}"]
        command += [f"--benchmark-max-time={most}", "--benchmark-disable-gc"]
        subprocess.run(command, env=os.environ | ONE_THREAD, stdout=sys.stderr, check=False)
        return json.loads(path.read_text("utf-8"))["benchmarks"]


def rows(found: list[dict]) -> list[list[str]]:
    """One row a job, with the reference of its group."""
    references = {case["group"]: case for case in found if "reference" in case["name"]}
    jobs = [case for case in found if "reference" not in case["name"]]
    return [_row(case, references.get(case["group"])) for case in jobs]


def _row(case: dict, reference: dict | None) -> list[str]:
    extra, seconds = case["extra_info"], _seconds(case)
    ratio = each = ""
    if reference is not None or "reference" in extra:
        plain = extra.get("reference") or _seconds(reference) / reference["extra_info"]["per"]
        each = _time(plain)
        times = plain / (seconds / extra["per"])
        ratio = f"{times:,.0f}" if times >= 100 else f"{times:.3g}"
    most = "" if extra["most"] is None else _time(extra["most"])
    least = "" if extra["least"] is None else f"{extra['least']:g}"
    peak = f"{extra['peak_mb']:.0f}" if "peak_mb" in extra else ""
    return [case["group"], _time(seconds), most, each, ratio, least, peak]


def _seconds(case: dict) -> float:
    """Median of the rounds, or what the job asks to be told by."""
    return case["stats"][case["extra_info"].get("told", "median")]


def _time(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds >= 1 else f"{1_000 * seconds:.3g} ms"


def machine() -> str:
    """Processor, cores, Python and the load in words."""
    import numpy as np

    name = platform.processor() or platform.machine()
    if (info := Path("/proc/cpuinfo")).is_file():
        lines = [line for line in info.read_text("utf-8").splitlines() if "model name" in line]
        name = lines[0].split(":")[1].strip() if lines else name
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    python = platform.python_version()
    return f"{name}, {os.cpu_count()} cores{load}; Python {python}, numpy {np.__version__}."


def main() -> None:
    """Print the table in Markdown."""
    told = machine()
    found = timed(f"not ({CLOCK})", "process_time", 1.0) + timed(CLOCK, "perf_counter", 1.0)
    lines = [HEAD, ["---"] * len(HEAD), *rows(found)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    sys.stdout.write(f"{told}\n\n{table}\n")


if __name__ == "__main__":
    main()
