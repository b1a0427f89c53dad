"""The report as a page: complete for every shape of study, and safe whatever a label holds."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

import cpi_econ as ce
from cpi_econ.errors import DataError
from cpi_econ.report.explorer import explorer_data, thresholds
from cpi_econ.report.extra import needs
from cpi_econ.report.material import material
from cpi_econ.report.sections import sections
from cpi_econ.report.write import write_report

SHAPES = {
    "one effect": {},
    "two effects": {"effects": 2},
    "three arms": {"arms": ("low", "mid", "high")},
    "clusters": {"cluster": True},
    "two thresholds": {"report": (20_000, 30_000)},
    "one threshold": {"grid": "from: 20000, to: 20000"},
    "one threshold, three arms": {"grid": "from: 20000, to: 20000", "arms": ("low", "mid", "high")},
}
HOSTILE = {
    "script": "<script>document.title='ran'</script>",
    "quotes": "\"both\" 'kinds' & </td></script>",
    "emoji": "👩‍⚕️🧪 fidelity",
    "right to left": "رعاية عالية \u202eabc",
    "long": "Fidelity " * 22 + "Wordwithoutanyspaceatall" * 3,
}


class Page(HTMLParser):
    """Counts of the tags of a page, and the text of its headings."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.ids = {}, [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.attributes.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id"]


def without_pictures(text):
    return re.sub(r"base64,[A-Za-z0-9+/=]+", "", text)


def page_of(study, tmp_path, **options):
    result = ce.evaluate(ce.read_study(study), **options)
    return write_report(result, tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_study_gives_a_complete_report(small_study, tmp_path, shape):
    page = Page(page_of(small_study(**SHAPES[shape]), tmp_path, effects="all"))
    assert page.tags["h2"] >= 9
    assert page.tags["section"] == page.tags["h2"]
    assert len(page.ids) == len(set(page.ids))
    links = [a["href"][1:] for tag, a in page.attributes if tag == "a"]
    assert set(links) <= {*page.ids}


@pytest.mark.parametrize("shape", SHAPES)
def test_no_section_is_empty(small_study, shape):
    result = ce.evaluate(ce.read_study(small_study(**SHAPES[shape])), effects="all")
    made = sections(material(result))
    assert all(one.blocks for one in made)
    tables = [block for one in made for block in one.blocks if hasattr(block, "rows")]
    assert all(block.rows for block in tables)
    assert all(len(row) == len(block.columns) for block in tables for row in block.rows)
    assert len({block.name for block in tables}) == len(tables)


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_label_neither_runs_nor_breaks_the_page(small_study, tmp_path, kind):
    words = HOSTILE[kind]
    labels = {"low": words, "high": f"not {words}", "title": words}
    plain = Page(page_of(small_study(), tmp_path))
    text = page_of(small_study(labels=labels), tmp_path)
    page = Page(text)
    assert page.tags == plain.tags
    assert page.tags["script"] == 2
    assert "<script>document" not in text


def test_the_page_asks_nothing_of_the_network(example_folder):
    text = (example_folder / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    sources = [a.get(key, "") for _, a in page.attributes for key in ("src", "href")]
    assert all(one == "" or one.startswith(("data:", "#")) for one in sources if one is not None)
    assert "url(" not in re.sub(r"url\(#inside\)", "", text)
    assert len(text.encode()) < 3_000_000


def test_every_picture_has_words(example_folder):
    text = (example_folder / "report.html").read_text(encoding="utf-8")
    pictures = [a for tag, a in Page(text).attributes if tag == "img"]
    assert len(pictures) > 8
    assert all(len(a["alt"]) > 20 for a in pictures)


def test_the_slider_says_what_the_results_say(example_result):
    data = explorer_data(material(example_result))
    blocks = example_result.document["scenarios"]["base case"]["effects"]
    for name, block in blocks.items():
        shown = data["effects"][name]
        for arm, curve in block["ceac"]["probability"].items():
            told = dict(zip(shown["wtp"], shown["probability"][arm], strict=True))
            assert {w: told[w] for w in block["ceac"]["wtp"]} == dict(
                zip(block["ceac"]["wtp"], curve, strict=True)
            )
        for arm, one in block["comparisons"].items():
            at = {w: place for place, w in enumerate(shown["wtp"])}
            for row in one["inmb"]:
                told = shown["comparisons"][arm]["inmb"][at[row["wtp"]]]
                assert told == pytest.approx(row["estimate"])


def test_reported_thresholds_stand_on_the_slider_though_they_are_not_on_the_grid(small_study):
    study = ce.read_study(small_study(report=(13_700,)))
    of = material(ce.evaluate(study))
    assert 13_700 in thresholds(of, "qaly")
    assert explorer_data(of)["effects"]["qaly"]["start"] == 13_700


def test_an_effect_of_another_unit_has_thresholds_of_its_own(small_study):
    own = "effects.points.wtp={to: 2000, step: 500, report: [250]}"
    result = ce.evaluate(ce.read_study(small_study(effects=2), [own]), effects="all")
    of = material(result)
    assert thresholds(of, "points") == [0, 250, 500, 1000, 1500, 2000]
    assert thresholds(of, "qaly")[-1] == 50_000
    blocks = result.document["scenarios"]["base case"]["effects"]
    rows = {name: block["comparisons"]["high"]["inmb"] for name, block in blocks.items()}
    assert {name: [row["wtp"] for row in told] for name, told in rows.items()} == {
        "qaly": [20_000],
        "points": [250],
    }
    gain = blocks["points"]["comparisons"]["high"]
    assert gain["inmb"][0]["estimate"] == pytest.approx(
        250 * gain["inc_effect"]["estimate"] - gain["inc_cost"]["estimate"]
    )


def test_many_replicates_are_thinned_and_the_page_says_so(small_study, monkeypatch):
    of = material(ce.evaluate(ce.read_study(small_study())))
    monkeypatch.setattr("cpi_econ.report.explorer.MOST_POINTS", 100)
    one = explorer_data(of)["effects"]["qaly"]["comparisons"]["high"]
    assert one["drawn"] == 100 == len(one["cost"])
    assert one["replicates"] == 300


def test_the_same_results_give_the_same_page(small_study, tmp_path):
    result = ce.evaluate(ce.read_study(small_study()))
    first = write_report(result, tmp_path / "a.html").read_bytes()
    assert write_report(result, tmp_path / "b.html").read_bytes() == first


def test_a_saved_folder_gives_the_same_report(example_folder, tmp_path):
    fresh = (example_folder / "report.html").read_text(encoding="utf-8")
    saved = write_report(ce.load(example_folder), tmp_path / "b.html")
    # Sums over arrays stored in another order differ in the last bit, and so do clip names in SVG.
    assert without_pictures(saved.read_text(encoding="utf-8")) == without_pictures(fresh)


def test_results_without_a_description_say_what_to_do(small_study, tmp_path):
    ce.evaluate(ce.read_study(small_study())).save(tmp_path)
    (tmp_path / "description.json").unlink()
    with pytest.raises(DataError, match="run the study again") as caught:
        write_report(ce.load(tmp_path), tmp_path / "r.html")
    assert caught.value.findings[0].code == "E028"


def test_a_missing_package_is_named_as_one_installs_it(monkeypatch):
    monkeypatch.setattr("cpi_econ.report.extra.find_spec", lambda _: None)
    with pytest.raises(DataError, match="python-docx") as caught:
        needs("jinja2", "docx")
    assert caught.value.findings[0].code == "E029"


def test_the_data_in_the_page_is_json_without_anything_that_ends_a_script(small_study, tmp_path):
    words = HOSTILE["quotes"]
    text = page_of(small_study(labels={"low": words, "high": "b"}), tmp_path)
    block = re.search(r'id="explorer-data">(.*?)</script>', text, re.DOTALL)[1]
    assert "<" not in block
    assert json.loads(block)["labels"]["low"] == words
