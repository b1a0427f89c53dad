import numpy as np
import pandas as pd
import pytest

from cpi_econ.decision.replicates_file import read_replicates
from cpi_econ.errors import DataError


def wide(three):
    return pd.DataFrame(
        {
            f"{name}_{arm}": three[name].sel(arm=arm).to_numpy()
            for name in ("effect", "cost")
            for arm in "abc"
        }
    )


def assert_same(made, three):
    np.testing.assert_allclose(made["cost"], three["cost"])
    np.testing.assert_allclose(made["effect"], three["effect"])
    np.testing.assert_allclose(made["effect_hat"], three["effect"].mean("replicate"))


def test_wide_and_long_text(three, tmp_path):
    wide(three).to_csv(tmp_path / "wide.csv", index=False)
    assert_same(read_replicates(tmp_path / "wide.csv"), three)
    long = three[["cost", "effect"]].to_dataframe().reset_index()
    long.sample(frac=1, random_state=1).to_csv(tmp_path / "long.tsv", index=False, sep="\t")
    made = read_replicates(tmp_path / "long.tsv", reference="b", currency="GBP")
    assert (made.attrs["reference"], made.attrs["currency"]) == ("b", "GBP")
    assert_same(made.sel(arm=list("abc")), three)


def test_workbooks(three, tmp_path):
    pytest.importorskip("openpyxl")
    with pd.ExcelWriter(tmp_path / "two.xlsx") as book:
        for name in ("Cost", "Effect"):
            frame = pd.DataFrame(three[name.lower()].values, columns=list("abc"))
            frame.to_excel(book, sheet_name=name, index_label="replicate")
    assert_same(read_replicates(tmp_path / "two.xlsx"), three)
    wide(three).to_excel(tmp_path / "one.xlsx", index=False)
    assert_same(read_replicates(tmp_path / "one.xlsx"), three)


def test_netcdf(three, tmp_path):
    three.to_netcdf(tmp_path / "replicates.nc", engine="h5netcdf")
    made = read_replicates(tmp_path / "replicates.nc")
    assert made.attrs["reference"] == "a"
    assert_same(made, three)
    bare = three.drop_vars(["cost_hat", "effect_hat"]).assign_attrs(reference="")
    bare.to_netcdf(tmp_path / "bare.nc", engine="h5netcdf")
    assert_same(read_replicates(tmp_path / "bare.nc", reference="c"), three)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("gone.csv", None),
        ("model.pdf", "x"),
        ("broken.nc", "this is no netCDF"),
        ("other.csv", "a,b\n1,2\n"),
        ("pairs.csv", "cost_a,cost_b,effect_a,effect_c\n1,2,3,4\n1,2,3,4\n"),
        ("hole.csv", "cost_a,cost_b,effect_a,effect_b\n1,2,3,\n1,2,3,x\n"),
        ("twice.csv", "replicate,arm,cost,effect\n1,a,1,1\n1,a,2,2\n"),
    ],
)
def test_files_that_cannot_be_used(name, text, tmp_path):
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match="E096") as caught:
        read_replicates(tmp_path / name)
    assert caught.value.findings[0].where.file == name


def test_a_reference_that_is_no_arm(three, tmp_path):
    wide(three).to_csv(tmp_path / "wide.csv", index=False)
    with pytest.raises(DataError, match="E096"):
        read_replicates(tmp_path / "wide.csv", reference="z")
