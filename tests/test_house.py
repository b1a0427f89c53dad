"""What a reader of the whole house would notice: public names, start-up, sizes, documents."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import cpi_econ

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "connecting_people" / "study.yaml"
SOURCES = sorted((ROOT / "src").rglob("*.py"))
CONTRACT = [
    "read_study",
    "read_trial",
    "check",
    "cost_service_use",
    "read_unit_costs",
    "total_costs",
    "utilities",
    "value_set",
    "qalys",
    "outcomes",
    "bootstrap",
    "replicates",
    "increments",
    "icer",
    "quadrants",
    "inmb",
    "ceac",
    "ceaf",
    "evpi",
    "frontier",
    "expected_loss",
    "wtp_grid",
    "value_sets",
    "map_utilities",
    "unit_costs",
    "price_index",
    "inflate",
    "convert",
    "evaluate",
    "plot_plane",
    "plot_ceac",
]
HEAVY = ("pandas", "numpy", "xarray", "matplotlib", "pydantic", "scipy", "ruamel", "rich", "typer")


@pytest.mark.parametrize("name", sorted({*CONTRACT, *cpi_econ.__all__}))
def test_public_names_are_there_and_documented(name):
    assert name in cpi_econ.__all__
    assert getattr(cpi_econ, name).__doc__


def test_importing_the_package_imports_nothing_heavy():
    code = f"import sys, cpi_econ; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_imports_nothing_that_computes():
    slow = ("pandas", "numpy", "xarray", "matplotlib", "pydantic", "scipy")
    code = (
        "import sys; from cpi_econ.cli.app import run; run(['--help']); "
        f"print([m for m in {slow} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def _command(folder, *words, asked=()):
    """A command in a process of its own, which ends with those of the modules that it loaded."""
    code = (
        "import atexit, sys; from cpi_econ.__main__ import main; atexit.register(lambda: "
        f"print([m for m in {asked} if sys.modules.get(m)], file=sys.stderr)); main()"
    )
    command, *more = words
    done = [sys.executable, "-c", code, command, str(EXAMPLE), "--quiet", *more]
    return subprocess.run(done, capture_output=True, text=True, cwd=folder)


@pytest.mark.parametrize(
    ("words", "slow"),
    [
        (("ceac", "--replicates", "100", "--out", "out"), ("matplotlib.pyplot",)),
        (("voi", "--replicates", "100"), ("matplotlib", "h5netcdf")),
        (("design", "--replicates", "100"), ("matplotlib", "h5netcdf")),
    ],
)
def test_a_command_loads_nothing_that_it_does_not_use(tmp_path, words, slow):
    never = ("dask", "distributed", "scipy.linalg", "scipy.stats", "jinja2", "docx", "openpyxl")
    done = _command(tmp_path, *words, asked=(*never, *slow))
    assert done.returncode == 0, done.stderr
    assert done.stderr.strip() == "[]"


def test_a_command_with_a_cluster_finds_dask(tmp_path):
    pytest.importorskip("distributed", reason="Dask is not installed")
    done = _command(tmp_path, "ceac", "--out", "out", "--dask=nonsense://nowhere", asked=("dask",))
    assert done.returncode == 2
    assert "E161" in done.stderr
    assert done.stderr.strip().endswith("['dask']")


def test_a_command_called_where_xarray_is_loaded_already(tmp_path):
    code = "import sys, xarray; from cpi_econ.__main__ import main; main()"
    words = ["ceac", str(EXAMPLE), "--quiet", "--replicates", "100", "--out", "out"]
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path):
    text = path.read_text("utf-8")
    assert text.count("\n") <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            assert length <= 50, node.name


def test_every_finding_has_a_section_in_the_docs():
    used = {
        code for path in SOURCES for code in re.findall(r'"([EWN]\d{3})"', path.read_text("utf-8"))
    }
    written = {
        code
        for page in (ROOT / "docs" / "findings").glob("*.md")
        for code in re.findall(r"^#+ ([EWN]\d{3})\b", page.read_text("utf-8"), re.MULTILINE)
    }
    assert used <= written, sorted(used - written)


def test_readme_holds_exactly_two_set_up_commands():
    text = (ROOT / "README.md").read_text("utf-8")
    commands = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    assert len(commands) == 2
    assert all(len(command.strip().splitlines()) == 1 for command in commands)
    assert "examples/connecting_people/study.yaml" in commands[0]
    assert "pytest" in commands[1]
