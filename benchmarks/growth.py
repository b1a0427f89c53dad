"""``python benchmarks/growth.py PICTURE``: time and memory over three decades of size.

Each point is a process of its own with one thread of BLAS: processor time of the bootstrap without
imports, and the peak memory of the whole process. Prints the points as a table.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CODE = """
import json, resource, sys, time
from test_resampling import COVARIATES, draws, study
weights = {"weights": "iptw", "propensity": COVARIATES} if sys.argv[3] == "iptw" else {}
draws(study(116), 1, **weights)()
call = draws(study(int(sys.argv[1])), int(sys.argv[2]), **weights)
start = time.process_time()
call()
seconds = time.process_time() - start
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""
DECADES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
PANELS = {
    "replicates, n = 116": [(116, count, "none") for count in DECADES],
    "people, 200 replicates": [(n, 200, "none") for n in DECADES],
    "people, 50 replicates with IPTW": [(n, 50, "iptw") for n in DECADES],
}


def measured(n: int, count: int, weights: str) -> list[float]:
    """Seconds of the bootstrap and peak memory [MB] of its process."""
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(HERE)}
    command = [sys.executable, "-c", CODE, str(n), str(count), weights]
    done = subprocess.run(command, check=True, capture_output=True, env=os.environ | threads)
    return json.loads(done.stdout)


def picture(panels: list[tuple[str, list[int], list[list[float]]]], path: Path) -> None:
    """A panel each, time on the left axis and memory on the right."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11.5, 3.4), layout="constrained")
    for axes, (label, places, points) in zip(figure.subplots(1, len(panels)), panels, strict=True):
        seconds, memory = zip(*points, strict=True)
        axes.loglog(places, seconds, "o-", color="#1f5a8a", label="processor time [s]")
        line = [seconds[-1] * place / places[-1] for place in places]
        axes.loglog(places, line, ":", color="0.5", label="in proportion")
        other = axes.twinx()
        other.semilogx(places, memory, "s--", color="#b3541e", label="peak memory [MB]")
        other.set_ylim(0, 1.15 * max(memory))
        axes.set_xlabel(label)
        axes.set_ylabel("processor time [s]")
        other.set_ylabel("peak memory of the process [MB]")
        axes.plot([], [], "s--", color="#b3541e", label="peak memory [MB]")
        axes.legend(fontsize=7, loc="upper left", frameon=False)
    figure.savefig(path, dpi=120)


def main() -> None:
    """Measure, print, draw."""
    panels = []
    for label, cases in PANELS.items():
        points = [measured(*case) for case in cases]
        panels.append((label, list(DECADES), points))
        sys.stdout.write(f"\n| {label} | seconds | peak MB |\n| --- | --- | --- |\n")
        for place, (seconds, memory) in zip(DECADES, points, strict=True):
            sys.stdout.write(f"| {place:,} | {seconds:.3f} | {memory:.0f} |\n")
    picture(panels, Path(sys.argv[1]))


if __name__ == "__main__":
    main()
