"""Every screen in a real browser: whether everybody can use it, what it weighs, and that automation finds its controls."""

import gzip
import re

from _bank import ROOT, main
from _chromium import chromium
from _screens import SCREENS, WIDER, Stage, look

# Everything that can be pressed, followed, ticked or filled in. The button that only catches Enter is out of sight.
CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary"
IDS = f"""() => [...document.querySelectorAll({CONTROLS!r})].map(element =>
    [element.id, element.tagName.toLowerCase(), (element.innerText || element.value || '').trim()])"""
SMALL = """() => [...document.querySelectorAll('button:not(.away), summary, .choice, .button, .field input, nav a')]
    .filter(element => element.checkVisibility() && element.getBoundingClientRect().height < 44)
    .map(element => element.id || element.className)"""
RINGS = f"""() => [...document.querySelectorAll({CONTROLS!r})]
    .filter(element => element.tabIndex >= 0 && !element.disabled && element.checkVisibility()).map(element => {{
        element.focus({{ focusVisible: true }});
        const style = getComputedStyle(element);
        return [element.id, style.outlineStyle, parseFloat(style.outlineWidth)];
    }})"""
# WCAG 2.2, 1.4.12 wants pages to bear this spacing, 1.4.4 text of twice the size; a sheet that a script makes is not
# held to the policy.
SHEET = """rules => { const sheet = new CSSStyleSheet(); sheet.replaceSync(rules); document.adoptedStyleSheets = [sheet]; }"""
SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-block-end: 2em !important }"
CLIPPED = """() => [...document.querySelectorAll('main *, footer *')].filter(element =>
    !element.closest('.away, svg') && getComputedStyle(element).overflow !== 'visible'
    && element.scrollWidth > element.clientWidth + 1).map(element => element.id || element.tagName)"""
BYTES = 20_000

weights = {}


def bare(id):
    """An id without what differs from visit to visit."""
    id = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|[0-9a-f]{64}$", "*", id)
    return re.sub(r"^(cluster-|problem-|link-|language-|account-(?=\d)).*", r"\1*", id)


def same_size(one, other):
    return (one["width"], one["height"]) == (other["width"], other["height"])


def check(name, documented):
    with stage.screen(name) as page:
        assert page.locator("h1").count() == 1 and page.title(), page.title()
        assert page.title().startswith("Error: ") is (page.locator("#problem").count() == 1), page.title()
        if page.locator("#problem").count():
            assert page.evaluate("document.activeElement.id") == "problem", "the summary does not have the focus"

        controls = page.evaluate(IDS)
        nameless = [control for control in controls if not control[0]]
        assert not nameless, f"controls without an id: {nameless}"
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
        assert len(ids) == len(set(ids)), f"ids that stand twice: {sorted(id for id in ids if ids.count(id) > 1)}"
        unknown = {bare(id) for id, _, _ in controls} - documented
        assert not unknown, f"templates/README.md does not name {sorted(unknown)}"

        page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
        look(page, name)
        page.set_viewport_size({"width": 1280, "height": 800})
        assert not page.evaluate(SMALL), f"less than 44 px high: {page.evaluate(SMALL)}"
        for pair in (("#allow", "#deny"), ("button#stop", "#keep"), ("button#log-out", "#stay")):
            sizes = [page.locator(one).bounding_box() for one in pair if page.locator(one).count()]
            assert len(sizes) < 2 or same_size(*sizes), f"{pair} are not alike: {sizes}"
        thin = [ring for ring in page.evaluate(RINGS) if ring[1] != "solid" or ring[2] < 3]
        assert not thin, f"no ring around what has the focus: {thin}"

        # 1280 px at four times the size, and phones that are narrower still.
        for width, height in ((320, 256), (280, 653)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(WIDER) <= 0, f"too wide at {width} px"
        for width, rules in ((320, SPACED), (1280, "html { font-size: 212.5% !important }"),
                             (640, "html { font-size: 212.5% !important }")):
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate(SHEET, rules)
            assert page.evaluate(WIDER) <= 0, f"too wide at {width} px with {rules}"
            assert not page.evaluate(CLIPPED), f"cut off at {width} px with {rules}: {page.evaluate(CLIPPED)}"
        page.evaluate("() => { document.adoptedStyleSheets = []; document.documentElement.dir = 'rtl' }")
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate(WIDER) <= 0, "too wide from right to left"

        requests = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
        assert not requests, f"a page is one request: {requests}"
        text = page.content().encode()
        weights[name] = (len(text), len(gzip.compress(text, 9)))
        assert weights[name][0] <= BYTES, f"{len(text)} bytes"


def every_id_that_is_documented_is_there():
    """every id that is documented stands in a template"""
    templates = "".join(path.read_text() for path in (ROOT / "templates").glob("*.mustache"))
    for id in documented():
        stem = id.rstrip("*")
        assert f'id="{stem}' in templates, f"no template has {id}"


def light():
    """every page weighs at most 20 kB as it is and as it travels, in one request"""
    print(f"      {'':30}{'bytes':>8}{'gzip':>8}")
    for name, (raw, packed) in sorted(weights.items(), key=lambda weight: -weight[1][0]):
        print(f"      {name:30}{raw:8,}{packed:8,}")
    assert len(weights) == len(SCREENS) and max(packed for _, packed in weights.values()) <= BYTES


def documented():
    """The ids in the table of templates/README.md."""
    text = (ROOT / "templates" / "README.md").read_text()
    table = text.split("## Ids for automation")[1].split("\n## ")[0]
    return {id for row in re.findall(r"^\|.*\|$", table, re.M) for id in re.findall(r"`([a-z][\w*-]*)`", row.split("|")[2])}


def checks():
    known = documented()
    for name in SCREENS:
        def one(name=name):
            check(name, known)
        one.__doc__ = f"the screen “{name}” can be used by everybody"
        yield one


if __name__ == "__main__":
    with chromium() as browser, Stage(browser) as stage:
        main([*checks(), every_id_that_is_documented_is_there, light])
