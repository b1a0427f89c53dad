"""From raw answers to a cost-effectiveness acceptability curve, step by step.

Run it from anywhere: ``python examples/quickstart.py``. The data are made up.
"""

import sys

import cpi_econ as ce
from cpi_econ.paths import data_root

folder = data_root() / "examples" / "connecting_people"
trial = ce.read_trial(ce.read_study(folder / "study.yaml"))
times = {"baseline": 0.0, "month_9": 0.75}

prices = ce.read_unit_costs("uk_2023_24", "uk_2014_15", "local_prices.csv", folder=folder)
lines = ce.cost_service_use(
    trial.service_use,
    prices,
    price_year="2014/15",
    price_index="nhscii",
    times=times,
    recall=0.25,
)
costs = ce.total_costs(lines, perspective=["NHS", "PSS"])
answers = trial.responses[trial.responses["effect"] == "qaly"]
qalys = ce.qalys(ce.utilities(answers, ce.value_set("eq5d5l_gb_2026")), times=times)

table = ce.outcomes(trial.participants, cost=costs, effect=qalys)
replicates = ce.bootstrap(
    table,
    reference="low",
    cluster="cluster",
    adjust={"cost": ["age"], "effect": ["age"]},
    missing="complete_cases",
    seed=1,
)
probability = ce.ceac(replicates, ce.wtp_grid(0, 50_000, step=10_000)).sel(arm="high")
sys.stdout.write(f"{ce.icer(replicates).statement}\n{probability.to_series().round(2)}\n")
