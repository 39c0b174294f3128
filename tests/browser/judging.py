"""What is asked of every page in a browser, whoever reads it, in light and dark, wide and on a phone."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from cswanalytics.app import menu
from cswanalytics.show.palette import DARK, LIGHT
from tests.browser.conftest import Theme, Visit

WITHOUT_A_CHART = ("tier_one", "feedback", "governor_update", "definitions", "data_quality")
"""Pages that answer in lines, a grid with dots in its cells, or words."""
LEAST_CONTRAST = 4.5


def stands_and_fits(seen: Visit, asked_for: menu.Found) -> None:
    """Nothing went wrong, the page is the one asked for, and it does not scroll sideways."""
    page = seen.page
    assert seen.faults == []
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.locator("h1").all_inner_texts() == [asked_for.title]
    widths = page.evaluate(
        "[document.documentElement, document.querySelector('[data-testid=stMain]')]"
        ".map(part => [part.scrollWidth, part.clientWidth])"
    )
    assert all(content <= window for content, window in widths), "scrolls sideways"


def readable_by_anyone(page: Page) -> None:
    """Axe finds nothing: WCAG 2.0 to 2.2, A and AA, and best practice, which it all runs by default."""
    found = [
        (fault["id"], node["target"][0])
        for fault in Axe().run(page).response["violations"]
        for node in fault["nodes"]
    ]
    # Streamlit's own menu puts its sections in a list without list items; nothing else is excused.
    in_menu = "selector => !!document.querySelector(selector).closest('[data-testid=stSidebarNav]')"
    assert [
        (fault, where)
        for fault, where in found
        if fault not in ("list", "listitem") or not page.evaluate(in_menu, where)
    ] == []


def in_its_theme(page: Page, theme: Theme) -> None:
    """The ground has the colour of the theme."""
    colour = (LIGHT if theme == "light" else DARK).page
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    ground = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert ground == f"rgb({red}, {green}, {blue})"


def charts_have_words(page: Page, asked_for: menu.Found) -> None:
    """Each chart is put in a sentence, and a table comes after the last."""
    charts = page.locator("[data-testid=stPlotlyChart]")
    assert charts.count() >= (asked_for.address not in WITHOUT_A_CHART)
    labels = charts.evaluate_all(
        """all => all.map(chart => {
            const named = chart.closest('[aria-label]') || chart.querySelector('[aria-label]');
            return named ? named.getAttribute('aria-label') : '';
        })"""
    )
    assert all(len(label) > 20 for label in labels), labels
    kinds = page.locator("[data-testid=stPlotlyChart], [data-testid=stTable]").evaluate_all(
        "all => all.map(one => one.dataset.testid)"
    )
    assert not labels or kinds[-1] == "stTable"


def words_of_tables_stand_free(page: Page) -> None:
    """No words of a table lie over those of another cell of their row."""
    meeting = page.evaluate(
        """[...document.querySelectorAll('[data-testid=stTable] tr')].flatMap(row => {
            const boxes = [...row.cells].filter(cell => cell.checkVisibility()).flatMap(cell => {
                const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), found = [];
                while (texts.nextNode()) {
                    const words = document.createRange();
                    words.selectNode(texts.currentNode);
                    found.push([texts.currentNode.data, words.getBoundingClientRect()]);
                }
                return found;
            });
            return boxes.flatMap(([one, a], at) => boxes.slice(at + 1).filter(([, b]) =>
                Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
                Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3
            ).map(([other]) => `${one} / ${other}`));
        })"""
    )
    assert meeting == []


def texts_of_charts_stand_free(page: Page) -> None:
    """No text of a chart lies outside it or over another."""
    outside = page.evaluate(
        """[...document.querySelectorAll('[data-testid=stPlotlyChart] .annotation-text')].filter(text => {
            const chart = text.closest('.main-svg').getBoundingClientRect();
            const box = text.getBoundingClientRect();
            return box.left < chart.left - 1 || box.right > chart.right + 1;
        }).map(text => text.textContent)"""
    )
    meeting = page.evaluate(
        """[...document.querySelectorAll('[data-testid=stPlotlyChart]')].flatMap(chart => {
            const texts = [...chart.querySelectorAll('.annotation-text')].filter(text => text.textContent);
            const boxes = texts.map(text => [text.textContent, text.getBoundingClientRect()]);
            return boxes.flatMap(([one, a], at) => boxes.slice(at + 1).filter(([, b]) =>
                Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
                Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3
            ).map(([other]) => `${one} / ${other}`));
        })"""
    )
    assert outside == []
    assert meeting == []


def texts_of_charts_have_contrast(page: Page) -> None:
    """Each text of a chart stands out from what lies under it, by the colours the browser has worked out.

    Axe does not look into a figure. Under a text lies its own ground if it has one, else the last shape drawn
    there, else the paper; a shape's colour counts by its opacity.
    """
    measured = page.evaluate(
        """(() => {
        const rgba = text => (text.match(/[\\d.]+/g) || []).map(Number);
        const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
            .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
        const over = (top, opacity, under) => under.map((v, at) => top[at] * opacity + v * (1 - opacity));
        const filled = shape => {
            const style = getComputedStyle(shape), colour = rgba(style.fill);
            const opacity = (colour[3] ?? 1) * style.fillOpacity * style.opacity;
            return style.fill === 'none' || !colour.length ? null : [colour.slice(0, 3), opacity];
        };
        return [...document.querySelectorAll('[data-testid=stPlotlyChart]')].flatMap(chart => {
            const sheet = getComputedStyle(chart.querySelector('.main-svg'));
            const paper = rgba(sheet.backgroundColor).slice(0, 3);
            const shapes = [...chart.querySelectorAll('.shapelayer path, .fills path, .bars path')];
            return [...chart.querySelectorAll('.annotation-text, .xtick text, .ytick text')].flatMap(text => {
                if (!text.textContent.trim()) return [];
                const box = text.getBoundingClientRect();
                const x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
                let under = paper;
                for (const shape of shapes) {
                    const at = shape.getBoundingClientRect(), fill = filled(shape);
                    if (fill && at.left <= x && x <= at.right && at.top <= y && y <= at.bottom)
                        under = over(...fill, under);
                }
                const own = text.closest('.annotation-text-g')?.querySelector('rect.bg');
                const ground = own && filled(own);
                if (ground) under = over(...ground, under);
                return [text, ...text.querySelectorAll('tspan')].map(part => {
                    const [one, other] = [light(filled(part)[0]), light(under)].sort((a, b) => b - a);
                    return [(one + 0.05) / (other + 0.05), part.textContent];
                });
            });
        });
        })()"""
    )
    charts = page.locator("[data-testid=stPlotlyChart]").count()
    assert len(measured) >= 3 * charts
    assert [(text, round(found, 1)) for found, text in measured if found < LEAST_CONTRAST] == []


TELL_STOPS = """(() => {
    const inside = root => [...root.querySelectorAll('*')].flatMap(
        one => [one, ...(one.shadowRoot ? inside(one.shadowRoot) : [])]);
    window.stops = inside(document.querySelector('[data-testid=stApp]')).filter(one =>
        one.matches('a[href], button, input, textarea, summary, [tabindex="0"]')
        && !one.disabled && one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true})
        && one.type !== 'file' && one.getBoundingClientRect().width > 0);
    window.named = one => `${one.tagName} ${one.getAttribute('aria-label') || one.textContent.slice(0, 40)}`;
    window.look = one => {
        const host = one.getRootNode().host || one;
        const around = host.closest(
            '[data-testid^=stCheckbox], [data-testid^=stSelectbox], [data-testid^=stMultiSelect], label'
        ) || one;
        const parts = [one, around, around.parentElement, ...around.querySelectorAll('*')];
        return parts.filter(Boolean).map(part => {
            const s = getComputedStyle(part);
            return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderTopColor,
                    s.backgroundColor].join();
        }).join();
    };
    window.reached = new Set(); window.faint = []; window.before = null;
    return window.stops.length;
})()"""
NEXT_STOP = """(() => {
    let one = document.activeElement;
    while (one.shadowRoot && one.shadowRoot.activeElement) one = one.shadowRoot.activeElement;
    const last = window.before;
    if (last && last.one.isConnected && window.look(last.one) === last.look)
        window.faint.push(window.named(last.one));
    window.reached.add(one);
    window.before = one === document.body ? null : {one, look: window.look(one)};
    return window.stops.filter(stop => !window.reached.has(stop)).length;
})()"""


def reached_by_keyboard(page: Page) -> None:
    """The tab key comes to everything that can be used, and shows where it is."""
    page.add_style_tag(content="* { transition: none !important; animation: none !important; }")
    page.mouse.move(700, 2)  # what is pointed at may look the same with the focus on it as without
    number = page.evaluate(TELL_STOPS)
    assert number > 8
    left = number
    for _ in range(number + 25):
        page.keyboard.press("Tab")
        left = page.evaluate(NEXT_STOP)
        if not left:
            break
    page.keyboard.press("Tab")
    page.evaluate(NEXT_STOP)
    unreached = "window.stops.filter(stop => !window.reached.has(stop)).map(window.named)"
    assert page.evaluate(unreached) == []
    not_to_be_seen = page.evaluate("window.faint")
    assert not_to_be_seen == []
