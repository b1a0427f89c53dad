"""``python benchmarks/imputation_growth.py``: time and memory of imputation inside the draws.

Eight incomplete variables, a tenth of each missing, ten cycles. Each line is a process of its own
with one thread of BLAS: processor time of the bootstrap without imports, and by how much it raised
the peak memory of the process. Prints the lines as a table.
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
from test_resampling import SAME, draws, with_gaps
options = {"missing": "impute", "model": "ols", "adjust": SAME}
draws(with_gaps(60), 1, **options)()
people, count, imputations = map(int, sys.argv[1:])
call = draws(with_gaps(people), count, imputations=imputations, **options)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.process_time()
call()
seconds = time.process_time() - start
print(json.dumps([seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024]))
"""
CASES = (
    *((n, 500, 2) for n in (60, 155, 500, 2_000, 10_000)),
    *((155, count, 2) for count in (2_000, 8_000)),
    *((10_000, 1, imputations) for imputations in (20, 100, 500)),
)


def measured(*case: int) -> list[float]:
    """Seconds of the bootstrap, and the memory [MB] that it needed."""
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    folders = os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | threads | {"PYTHONPATH": folders}
    command = [sys.executable, "-c", CODE, *map(str, case)]
    done = subprocess.run(command, check=True, capture_output=True, env=environment)
    return json.loads(done.stdout)


def main() -> None:
    """Measure and print."""
    sys.stdout.write("| people | replicates | imputations | seconds | MB |\n")
    sys.stdout.write("| --- | --- | --- | --- | --- |\n")
    for case in CASES:
        seconds, memory = measured(*case)
        told = " | ".join(f"{number:,}" for number in case)
        sys.stdout.write(f"| {told} | {seconds:.2f} | {memory:.0f} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
