"""Tables of the terminal keep their words whole."""

import io

from rich.console import Console

from cpi_econ.report.screen_table import screen_table


def test_no_heading_breaks_inside_a_word_on_a_narrow_screen():
    table = screen_table(
        "Willingness to pay per QALY", *["EVPI for the population", "Best study by value"] * 2
    )
    table.add_row("£20,000", *["1,430,000"] * 4)
    out = io.StringIO()
    Console(file=out, width=60).print(table)
    said = out.getvalue()
    assert all(word in said for word in ("Willingness", "population", "1,430,000"))
