from cpi_econ.decision.remarks import decision_findings


def test_direction_curve_and_error_are_stated(reps):
    found = {finding.code: finding.message for finding in decision_findings(reps, [20_000])}
    assert found["N117"] == "difference = high minus low."
    assert found["N139"] == "CEAC at 0 = 0.01 = share of draws that save money."
    assert "cost-effective at 20,000" in found["N144"]
    assert "Monte Carlo SE 0.0" in found["N144"]


def test_each_arm_has_its_notes(three):
    codes = [finding.code for finding in decision_findings(three, [10_000, 20_000])]
    assert codes.count("N117") == 2
    assert codes.count("N139") == 2
    assert codes.count("N144") == 4


def test_exact_probabilities_have_no_monte_carlo_error(glick):
    codes = {finding.code for finding in decision_findings(glick, [20_000])}
    assert codes == {"N117"}
