"""The explorer as a reader meets it: by mouse, by keyboard, by link, on a phone, in the dark, on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from browser.conftest import SHOTS, until
from explorer.serving import running
from nomoat.explorer.pages import pages

ALL = (*(page.address for page in pages().values() if page.nav), "/claim?id=china-performance", "/graph")
SIZES = [(path, width, dark) for path in ALL for width, dark in ((1280, False), (390, True))]
SIZES += [(path, width, dark) for path in ("/", "/gap", "/graph") for width, dark in ((760, True), (390, False))]
POINT = ".chart svg .mark-symbol path[aria-label*='Kimi K3']"


def drawn(visit, path="/gap", **given):
    seen = visit(**given)
    seen.go(path)
    seen.settled()
    return seen.page


@pytest.mark.parametrize(("path", "width", "dark"), SIZES)
def test_every_page_at_every_width_in_both_papers(visit, path, width, dark):
    """Nothing wider than the screen, no console message, no foreign request; the picture is kept to be looked at."""
    page = drawn(visit, path, width=width, dark=dark)
    page.evaluate("document.querySelectorAll('[data-part]').forEach((part) => part.scrollIntoView())")
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(20, 24, 29)" if dark else "rgb(255, 255, 255)")
    SHOTS.mkdir(exist_ok=True)
    name = re.sub(r"\W+", "-", path).strip("-") or "front"
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=SHOTS / f"{name}-{width}-{'dark' if dark else 'light'}.png", full_page=True)


@pytest.mark.parametrize("path", ["/gap", "/adoption", "/price", "/forecast"])
def test_no_word_of_a_chart_is_cut_off_on_a_phone(visit, path):
    page = drawn(visit, path, width=390)
    cut = """[...document.querySelectorAll('.plot svg')].flatMap((svg) => [...svg.querySelectorAll('text')]
        .filter((text) => { const a = svg.getBoundingClientRect(), b = text.getBoundingClientRect();
            return b.width && (b.right > a.right + 1 || b.left < a.left - 1 || b.bottom > a.bottom + 1); })
        .map((text) => text.textContent))"""
    assert page.evaluate(cut) == []


def test_a_page_can_be_used_before_its_charts_can_be_drawn(visit):
    """On a fresh store Vega takes seconds to be made: slider, filters and late sections do not wait for it."""
    seen = visit()
    held = []
    seen.page.route("**/static/vega.js", lambda route: held.append(route))
    seen.page.goto(f"{seen.site}/gap", wait_until="commit")
    until(seen.page, "document.querySelector('.slider') && !document.querySelector('.slider').hidden")
    seen.page.get_by_label("Rule").select_option("strict")
    seen.page.wait_for_url("**/gap?rule=strict", wait_until="commit")
    until(seen.page, "!document.querySelector('[aria-busy]')")
    assert seen.page.locator(".chart svg").count() == 0
    held[0].continue_()
    seen.settled()


def test_the_head_of_a_fresh_store_gets_its_intervals_without_a_new_page(visit, tmp_path):
    with running(tmp_path) as site:
        page = visit(site=site).go("/")
        until(page, "!document.querySelector('[data-for-now]')", seconds=60)
        assert "90% interval" in page.locator(".lead").first.inner_text()
        assert "in a moment" not in page.locator("main").inner_text()


def test_hover_shows_what_a_point_is(visit):
    page = drawn(visit)
    page.locator(POINT).first.hover(force=True)
    tip = page.locator("#tip")
    tip.wait_for(state="visible")
    assert "Kimi K3" in tip.inner_text()
    assert "undefined" not in tip.inner_text()
    page.keyboard.press("Escape")
    assert tip.is_hidden()


def test_a_click_on_a_point_marks_the_model_and_says_so_in_the_address(visit):
    page = drawn(visit)
    page.locator(POINT).first.click(force=True)
    page.wait_for_url("**/gap?model=Kimi+K3")
    page.get_by_text("Kimi K3 came out").wait_for()
    page.go_back()
    page.wait_for_url("**/gap")
    page.get_by_text("Kimi K3 came out").wait_for(state="detached")


def test_a_choice_goes_into_the_address_and_the_address_gives_the_choice_back(visit):
    page = drawn(visit)
    assert page.url.endswith("/gap")
    page.get_by_label("Rule").select_option("strict")
    page.wait_for_url("**/gap?rule=strict")
    page.get_by_text("rule strict").first.wait_for()
    page.get_by_label("Follower").fill("permissive")
    page.get_by_label("Follower").press("Enter")
    page.wait_for_url("**/gap?follower=permissive&rule=strict")
    page.get_by_role("heading", level=1, name=re.compile("permissive")).wait_for()
    other = drawn(visit, page.url.partition("/gap")[1] + page.url.partition("/gap")[2])
    assert other.get_by_label("Rule").input_value() == "strict"
    assert other.get_by_label("Follower").input_value() == "permissive"
    assert other.locator("h1").inner_text() == page.locator("h1").inner_text()
    page.go_back()
    page.wait_for_url("**/gap?rule=strict")
    page.get_by_role("heading", level=1, name="How far are open models").wait_for()
    expect(page.get_by_label("Follower")).to_have_value("open")
    page.go_back()
    page.wait_for_url("**/gap")
    expect(page.get_by_label("Rule")).to_have_value("km")


def test_the_slider_goes_by_keyboard_and_keeps_the_focus(visit):
    page = drawn(visit)
    slide = page.get_by_role("slider")
    slide.focus()
    before = slide.get_attribute("aria-valuetext")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile(r"at=20\d\d-\d\d-\d\d"))
    page.wait_for_load_state("networkidle")
    day = re.search(r"at=([\d-]+)", page.url)[1]
    assert page.evaluate("document.activeElement.id") == "slide"
    assert page.get_by_role("slider").get_attribute("aria-valuetext") == day != before
    assert page.locator("input[name=at]").input_value() == day
    page.keyboard.press("End")
    page.wait_for_url("**/gap")


def test_keys(visit):
    page = drawn(visit, "/claims")
    page.locator("table.sortable a").first.wait_for()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    links = page.locator("#ledger table.sortable tbody a")
    links.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.textContent") == links.nth(1).inner_text()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/claim?id=*")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the answer"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0


def test_a_badge_opens_the_chart_that_decides(visit):
    page = drawn(visit, "/")
    page.locator("#claim-china-performance .badge").click()
    page.wait_for_url("**/gap?leader=open+%26+country%3DCN&follower=open+%26+country%3DUS#frontier")
    page.locator("#frontier .chart svg").wait_for()


def test_a_table_is_sorted_by_its_headings_with_the_missing_last(visit):
    page = drawn(visit, "/sources")
    head = page.locator("#datasets th a", has_text="days behind")
    cells = "[...document.querySelectorAll('#datasets tbody tr')].map((row) => Number(row.cells[4].textContent))"
    head.click()
    page.wait_for_url("**/sources?order=datasets:-behind")
    page.locator("#datasets th[aria-sort=descending]", has_text="days behind").wait_for()
    down = page.evaluate(cells)
    assert down == sorted(down, reverse=True)
    assert page.evaluate("document.activeElement.textContent") == "days behind the newest here"
    page.keyboard.press("Enter")
    page.wait_for_url("**/sources?order=datasets:behind")
    page.locator("#datasets th[aria-sort=ascending]").wait_for()
    assert page.evaluate(cells) == sorted(down)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sources")
    page.go_back()
    page.locator("#datasets th[aria-sort=ascending]").wait_for()
    assert page.evaluate(cells) == sorted(down)


def test_all_models_are_sorted_and_not_those_that_are_shown(visit):
    from nomoat.world.models import models

    page = drawn(visit, "/models")
    page.locator("#models th a", has_text="model").first.click()
    page.wait_for_url("**/models?order=models:model")
    page.locator("#models th[aria-sort=ascending]").wait_for()
    first = page.locator("#models tbody tr").first.locator("td").first.inner_text()
    assert first == min((one.model for one in models().models), key=str.casefold)
    page.get_by_label("Search").fill("qwen")
    page.get_by_label("Search").press("Enter")
    page.wait_for_url("**/models?q=qwen&order=models%3Amodel")
    page.locator("#models th[aria-sort=ascending]").wait_for()


def test_every_page_is_one_press_away_on_a_phone(visit):
    page = drawn(visit, "/methods", width=390)
    links = page.locator("nav a")
    assert not links.first.is_visible()
    page.get_by_role("button", name="Pages").press("Enter")
    for link in links.all():
        box = link.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    page.get_by_role("link", name="Lineage").click()
    page.wait_for_url("**/lineage")


def test_a_table_wider_than_the_screen_says_what_lies_outside(visit):
    page = drawn(visit, "/models", width=390)
    cue = page.locator("#models .cue")
    expect(cue).to_have_text(re.compile(r"more rows, → \d more columns"))
    page.locator("#models .scroll").evaluate("(box) => box.scrollTo(box.scrollWidth, box.scrollHeight)")
    expect(cue).to_have_text("")


def test_a_link_to_an_origin_opens_the_list_that_holds_it(visit):
    page = drawn(visit, "/sources#origin-nomoat-traces-QwQ-32B-Preview")
    row = page.locator("li:target")
    expect(row).to_be_in_viewport()
    assert "Alibaba" in row.inner_text()


def test_one_comes_back_to_where_one_was(visit):
    page = drawn(visit, "/")
    folded = page.locator("article.paper details").last
    folded.locator("summary").click()
    link = folded.locator(".says a").last
    link.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    before = page.evaluate("scrollY")
    assert before > 1500
    link.click()
    page.wait_for_url("**/claim?id=*")
    page.go_back()
    until(page, f"Math.abs(scrollY - {before}) < 40")
    assert link.is_visible()


def test_a_search_without_a_hit_keeps_its_form(visit):
    page = drawn(visit, "/models")
    page.get_by_label("Search").fill("zebra quagga")
    page.get_by_label("Search").press("Enter")
    page.get_by_text("No model 'zebra quagga'").wait_for()
    assert page.get_by_label("Search").input_value() == "zebra quagga"
    page.get_by_role("link", name="Search: permissive").click()
    page.wait_for_url("**/models?q=permissive")
    page.locator("#models tbody tr").first.wait_for()


def test_the_map_by_mouse(visit):
    page = drawn(visit, "/graph")
    node = page.locator("#map .node", has_text="Meta").first
    node.hover()
    assert "tracing" in page.locator("#map").get_attribute("class")
    box, before = node.bounding_box(), node.get_attribute("transform")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 70, steps=5)
    page.mouse.up()
    assert node.get_attribute("transform") != before
    assert page.locator("#panel").is_hidden(), "a drag opens nothing"
    node.click()
    page.locator("#panel h2", has_text="Meta").wait_for()
    assert page.url.endswith("#company%3Ameta")
    assert "Llama" in page.locator("#panel").inner_text()


def test_the_map_by_keyboard(visit):
    page = drawn(visit, "/graph")
    first = page.locator("#map .node[tabindex='0']")
    first.focus()
    before = page.evaluate("document.activeElement.getAttribute('aria-label')")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement.getAttribute('aria-label')") != before:
            break
    else:
        pytest.fail("the arrows do not leave the first node")
    page.keyboard.press("Enter")
    page.locator("#panel h2").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"


def test_the_map_opens_where_a_link_says(visit):
    page = drawn(visit, "/graph#company%3Ameta")
    page.locator("#panel h2", has_text="Meta").wait_for()


def test_the_paper_can_be_changed_and_stays_changed(visit):
    page = drawn(visit)
    colour = "getComputedStyle(document.querySelector('.chart svg text')).fill"
    light = page.evaluate(colour)
    page.get_by_role("button", name="Change between light and dark").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 29)"
    assert page.evaluate(colour) != light
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 29)"
    page.goto(page.url.replace("/gap", "/graph"))
    assert page.evaluate("getComputedStyle(document.querySelector('#map')).color") != "rgb(28, 33, 39)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 29)"


def test_on_paper_everything_is_there_and_nothing_to_press(visit):
    page = drawn(visit, dark=True)
    page.evaluate("document.querySelector('#panel').scrollIntoView()")
    page.locator("#panel .chart svg").wait_for()
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for gone in (".top", ".controls", "details.again", ".keys"):
        assert page.locator(gone).first.is_hidden()
    assert page.locator("#values thead th").first.inner_text() == "measure"
    tops = "[...document.querySelectorAll('#values tr')].map((row) => row.cells[0].getBoundingClientRect().top)"
    page.evaluate("document.querySelector('#values tbody tr:last-child').scrollIntoView({block: 'start'})")
    seen = page.evaluate(tops)
    assert seen == sorted(seen), "a heading that follows the reader lies on the last row of a printed table"
    assert page.locator(".pin").first.is_hidden()
    assert page.locator("#panel .chart svg").is_visible(), "what came later is printed as well"
    assert all(chart.is_visible() for chart in page.locator(".chart svg").all())
    assert page.locator("#origins").is_visible()


def test_cite_without_a_clipboard_selects_the_sentence(visit):
    seen = visit()
    seen.page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))")
    page = seen.go("/gap")
    page.get_by_role("button", name="Cite").click()
    page.get_by_text("selected").wait_for()
    assert page.evaluate("getSelection().toString()").startswith("On 2026-08-11, open models were")


def test_what_a_reader_who_sees_nothing_is_told(visit):
    page = drawn(visit)
    tree = page.locator("body").aria_snapshot()
    for words in ("navigation \"Pages\"", "heading \"How far are open models behind closed ones?\" [level=1]", "slider",
                  "combobox \"Rule\"", "img \"", "region \"", "button \"Change between light and dark\""):  # fmt: skip
        assert words in tree, words
    nameless = """[...document.querySelectorAll('input, select, button')].filter((one) => one.offsetParent &&
        !(one.labels && one.labels.length) && !one.getAttribute('aria-label') && !one.textContent.trim())
        .map((one) => one.outerHTML)"""
    for path in ALL:
        page.goto(f"{page.url.split('/', 3)[0]}//{page.url.split('/', 3)[2]}{path}")
        assert page.evaluate(nameless) == [], path
        assert page.evaluate("document.documentElement.lang") == "en"


def test_the_front_page_without_script_still_says_the_answer(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/gap")
    assert "months" in page.locator(".lead").first.inner_text()
    page.locator("noscript img").first.wait_for()
    page.get_by_label("Rule").select_option("strict")
    page.get_by_role("button", name="Show").click()
    assert "rule=strict" in page.url
    assert "rule strict" in page.locator("main").inner_text()
    context.close()


def test_a_hostile_store_does_nothing(visit, evil):
    address, id = evil
    seen = visit(site=address)
    own = ("/documents", f"/document?id={id}", "/graph", "/claims", "/claim?id=evil-claim")
    names = ("/models?q=evil", "/lineage?q=evil", "/sources", *(f"/model?id=evil/model-{n}" for n in (0, 2, 5)))
    for path in ("/", *own, *names):
        page = seen.go(path)
        page.evaluate("document.querySelectorAll('[data-part]').forEach((part) => part.scrollIntoView())")
        page.wait_for_load_state("networkidle")
        assert page.title() != "stolen"
        assert page.locator("main").is_visible(), "a name is a style sheet"
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280, path
        assert page.locator("a[href^='javascript']").count() == 0
