"""Write the files of the bundled example: ``python -m cpi_econ.simulate FOLDER [SEED]``."""

from __future__ import annotations

import sys

from cpi_econ.simulate.connecting_people import SEED, write_connecting_people

if __name__ == "__main__":
    folder, *seed = sys.argv[1:] or ["."]
    for path in write_connecting_people(folder, int(seed[0]) if seed else SEED):
        sys.stdout.write(f"{path}\n")
