"""``python -m cpi_econ``."""

from cpi_econ.cli.app import main

if __name__ == "__main__":
    main()
