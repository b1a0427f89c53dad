"""Section on the people: sample and missing values."""

from __future__ import annotations

from cpi_econ.report.content import Block, Paragraph, Picture, Section
from cpi_econ.report.material import Material
from cpi_econ.report.missingness import plot_missingness
from cpi_econ.report.sections_missing import predictor_blocks
from cpi_econ.report.sentences import sample_sentence
from cpi_econ.report.table_shapes import arms_across, whole
from cpi_econ.report.typeset import percent

_MASKED = (
    "Counts from one to four are shown as <5; a larger count is shown as * where the total would "
    "give a small one away."
)


def sample_section(of: Material) -> Section:
    """Who took part, and of whom what is known."""
    blocks: list[Block] = [Paragraph(sample_sentence(of))]
    funnel = of.table("funnel")
    if funnel is not None:
        shown = funnel.assign(step=funnel["step"].map(lambda step: _step(of, step)))
        blocks.append(
            arms_across(
                of,
                shown,
                name="funnel",
                caption="From everyone in the study to everyone with cost and effect",
                keys=[("step", "Step")],
                cells=[("", lambda row: whole(row["n"]))],
                note=_MASKED,
            )
        )
    blocks += [*_known(of), *predictor_blocks(of)]
    return Section("sample", "Sample and missing data", blocks)


def _step(of: Material, step: str) -> str:
    for name in of.study["effects"]:
        step = step.replace(f"Effect known: {name}", f"Effect known: {of.effect_name(name)}")
        step = step.replace(f"Cost and {name} known", f"Cost and {of.effect_name(name)} known")
    return step


def _known(of: Material) -> list[Block]:
    known = of.table("known")
    if known is None:
        return []
    shown = known.assign(
        quantity=known["quantity"].map(
            lambda name: of.effect_name(name) if name in of.study["effects"] else name
        )
    )
    table = arms_across(
        of,
        shown,
        name="known",
        caption="What is known, by time",
        keys=[("quantity", "Quantity"), ("time", "Time")],
        cells=[
            ("n", lambda row: whole(row["n"])),
            ("%", lambda row: percent(row["percent"])),
        ],
    )
    picture = Picture(
        "missingness",
        "Share of the participants of whom each quantity is known, by arm",
        "Dot chart of the percentage of participants with each quantity known, by time and arm; "
        "the numbers stand in the table before it.",
        lambda: plot_missingness(shown, arms=of.labels.arms),
    )
    return [table, picture]
