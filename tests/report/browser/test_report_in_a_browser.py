"""The report in a real browser: the slider, the numbers, accessibility, no request, paper."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

import cpi_econ as ce
from cpi_econ.report.write import write_report

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SIZES = {"desktop": (1280, 900), "phone": (375, 800)}
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"no browser on this machine (looked for {', '.join(BROWSERS)})")
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def report(example_folder) -> Path:
    return example_folder / "report.html"


@pytest.fixture(params=SIZES)
def page(browser, report, request):
    width, height = SIZES[request.param]
    scheme = "light" if request.param == "desktop" else "dark"
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, offline=True
    )
    opened = context.new_page()
    opened.said, opened.asked = [], []
    opened.on("console", lambda message: opened.said.append(message.text))
    opened.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.on("request", lambda one: opened.asked.append(one.url))
    opened.goto(report.as_uri())
    yield opened
    context.close()


def slide(page, place):
    page.locator("#wtp").evaluate(
        "(slider, at) => { slider.value = at; slider.dispatchEvent(new Event('input')); }", place
    )


def test_it_opens_from_disk_without_an_error_or_a_request(page, report):
    outside = [one for one in page.asked if not one.startswith("data:") and one != report.as_uri()]
    assert outside == []
    assert page.said == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_numbers_follow_the_slider_and_equal_the_results(page, example_result):
    block = example_result.document["scenarios"]["base case"]["effects"]["qaly"]
    curve = dict(zip(block["ceac"]["wtp"], block["ceac"]["probability"]["high"], strict=True))
    sentences = set()
    for wtp in (0, 20_000, 30_000, 50_000):
        slide(page, list(curve).index(wtp))
        assert float(page.locator("#probability").get_attribute("data-value")) == curve[wtp]
        assert page.locator("#wtp-value").inner_text() == f"£{wtp:,}"
        sentences.add(page.locator("#sentence").inner_text())
    assert len(sentences) == 4
    for row in block["comparisons"]["high"]["inmb"]:
        slide(page, list(curve).index(row["wtp"]))
        shown = float(page.locator("#inmb").get_attribute("data-value"))
        assert shown == pytest.approx(row["estimate"], abs=1e-6)
        assert f"£{row['estimate']:,.0f}" in page.locator("#inmb").inner_text().replace("−", "")


def test_the_plane_is_coloured_by_the_threshold(page):
    data = json.loads(page.locator("#explorer-data").inner_text())
    one = data["effects"]["qaly"]["comparisons"]["high"]
    for place, wtp in ((0, 0.0), (100, 50_000.0)):
        slide(page, place)
        drawn = page.locator("#plane .dots.above").get_attribute("d") or ""
        above = sum(c > wtp * e for e, c in zip(one["effect"], one["cost"], strict=True))
        assert len(re.findall("h0", drawn)) == above


def test_the_keyboard_moves_the_slider_and_another_outcome_can_be_chosen(page):
    page.locator("#wtp").focus()
    before = page.locator("#wtp-value").inner_text()
    page.keyboard.press("ArrowRight")
    assert page.locator("#wtp-value").inner_text() != before
    assert page.locator("#wtp").get_attribute("aria-valuetext").endswith("per QALY")
    page.locator("#effect").select_option("capability")
    assert "capability" in page.locator("#sentence").inner_text()
    assert page.locator("#arm-choice").is_hidden()


def test_an_accessibility_scan_finds_nothing_serious(page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is absent")
    found = axe.Axe().run(page).response["violations"]
    worst = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS]
    assert worst == []


def test_it_prints_to_pages_with_every_table_whole(page, tmp_path):
    target = tmp_path / "report.pdf"
    page.pdf(path=str(target), prefer_css_page_size=True)
    assert target.stat().st_size > 50_000
    page.emulate_media(media="print")
    cut = page.evaluate(
        "[...document.querySelectorAll('.tall')].filter((box) => "
        "getComputedStyle(box).maxHeight !== 'none').length"
    )
    assert cut == 0
    assert page.locator("nav").is_hidden()


def test_one_threshold_needs_no_slider(browser, small_study, tmp_path):
    result = ce.evaluate(ce.read_study(small_study(grid="from: 20000, to: 20000")))
    page = browser.new_page()
    said = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(write_report(result, tmp_path / "one.html").as_uri())
    hidden = [page.locator(one).is_hidden() for one in ("#wtp", "#curve", "#reported")]
    assert hidden == [True, True, True]
    (row,) = result.document["scenarios"]["base case"]["effects"]["qaly"]["comparisons"]["high"][
        "inmb"
    ]
    assert float(page.locator("#inmb").get_attribute("data-value")) == pytest.approx(
        row["estimate"]
    )
    assert page.locator("#wtp-value").inner_text() == "£20,000"
    assert said == []
    page.close()


def test_a_label_that_is_a_script_does_not_run(browser, small_study, tmp_path):
    words = "<script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\">"
    labels = {"low": words, "high": f"\u202e{words}", "title": words}
    study = ce.read_study(small_study(labels=labels, effects=2))
    target = write_report(ce.evaluate(study, effects="all"), tmp_path / "hostile.html")
    page = browser.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(target.as_uri())
    page.wait_for_timeout(200)
    assert page.title() == words
    assert page.locator("main script").count() == 0
    assert page.locator('img[src="x"]').count() == 0
    assert said == []
    page.close()


@pytest.mark.parametrize("arms", [("low", "high"), ("low", "mid", "high")])
def test_a_long_label_does_not_push_the_page_wide(browser, small_study, tmp_path, arms):
    words = "Fidelity " * 20 + "Wordwithoutanyspace" * 6
    study = ce.read_study(small_study(arms=arms, labels={"low": words, "high": f"High {words}"}))
    target = write_report(ce.evaluate(study), tmp_path / "long.html")
    page = browser.new_page(viewport={"width": 375, "height": 800})
    page.goto(target.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator("#arm-choice").is_visible() == (len(arms) > 2)
    page.close()
