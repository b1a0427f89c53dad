"""Ten million service-use rows of 100,000 people, costed in a process of its own.

Run with ``pytest benchmarks/test_costing.py -s``. The rows come from a parquet file, so that the
memory reported is that of reading and costing and not of making data up.

pandas with Arrow-backed text is the columnar engine here, and no other is needed: each service is
found once (``factorize``), every number is one numpy operation over the column, and labels of the
price table are categories of one byte or two instead of ten million strings.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

PEOPLE, ITEMS = 100_000, 50
SERVICES = [
    "gp_surgery", "ae_all", "inpat_mh_bedday", "social_worker_hour", "nurse_band6_hour",
    "iapt_contact", "ot_community_1to1", "day_facility_other", "outpat_consultant_led",
    "district_nurse_f2f",
]  # fmt: skip
COST = """
import json, resource, sys, time
import pandas as pd
from cpi_econ.costs.service_use import cost_service_use
from cpi_econ.costs.totals import total_costs
from cpi_econ.costs.unit_costs import read_unit_costs

prices = read_unit_costs("uk_2021_22", "uk_2014_15")
start = time.perf_counter()
use = pd.read_parquet(sys.argv[1])
read = time.perf_counter()
lines = cost_service_use(use, prices, price_year="2014/15", price_index="nhscii",
                         times={"baseline": 0, "month_9": 0.75}, recall=0.25)
total = total_costs(lines, ["NHS", "PSS"])
done = time.perf_counter()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"rows": len(lines), "read": read - start, "cost": done - read,
                  "peak_gb": peak / 2**20, "total": total.sum()}))
"""


@pytest.fixture(scope="module")
def parquet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path_factory.mktemp("use") / "use.parquet"
    rng = np.random.default_rng(1)
    services = pa.array(SERVICES * (ITEMS // len(SERVICES)) * 2)
    items = pa.array([f"{s}_{i}" for i, s in enumerate(services.to_pylist()[:ITEMS])] * 2)
    times = pa.array(["baseline"] * ITEMS + ["month_9"] * ITEMS)
    timed = np.char.endswith(services.to_numpy(zero_copy_only=False).astype(str), "_hour")
    per = 2 * ITEMS
    writer = None
    for start in range(0, PEOPLE, 10_000):
        n = 10_000
        people = pa.array([f"P{i:06d}" for i in range(start, start + n)])
        block = pa.table({
            "participant": people.take(pa.array(np.repeat(np.arange(n), per))),
            "time": times.take(pa.array(np.tile(np.arange(per), n))),
            "service": services.take(pa.array(np.tile(np.arange(per), n))),
            "item": items.take(pa.array(np.tile(np.arange(per), n))),
            "quantity": rng.poisson(1.0, n * per).astype(float),
            "minutes": np.where(np.tile(timed, n), 30.0, np.nan),
        })  # fmt: skip
        writer = writer or pq.ParquetWriter(path, block.schema)
        writer.write_table(block)
    assert writer is not None
    writer.close()
    return path


def test_ten_million_rows_under_ten_seconds_and_four_gigabytes(parquet: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", COST, str(parquet)], capture_output=True, text=True, check=True
    )
    seen = json.loads(done.stdout)
    sys.stderr.write(f"{seen}\n")
    assert seen["rows"] == PEOPLE * ITEMS * 2
    assert seen["cost"] < 10
    assert seen["peak_gb"] < 4


def test_totals_agree_with_a_plain_loop_over_services(parquet: Path) -> None:
    use = pd.read_parquet(parquet, filters=[("participant", "<", "P000100")])
    from cpi_econ.costs.price_index import index_factor
    from cpi_econ.costs.service_use import cost_service_use
    from cpi_econ.costs.totals import total_costs
    from cpi_econ.costs.unit_costs import read_unit_costs

    prices = read_unit_costs("uk_2021_22", "uk_2014_15")
    lines = cost_service_use(
        use, prices, price_year="2014/15", price_index="nhscii",
        times={"baseline": 0, "month_9": 0.75}, recall=0.25,
    )  # fmt: skip
    expected = dict.fromkeys(sorted(set(use["participant"])), 0.0)
    rows = prices.table.set_index("service")
    for row in use[use["time"] == "month_9"].itertuples():
        price = rows.loc[row.service]
        hours = row.minutes / 60 if price["unit"] == "hour" else 1.0
        factor = index_factor(price["price_year"], "2014/15", "nhscii")
        expected[row.participant] += row.quantity * hours * price["unit_cost"] * factor * 3
    np.testing.assert_allclose(total_costs(lines), list(expected.values()), rtol=1e-12)
