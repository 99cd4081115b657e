"""What every screen must stand: axe in light and dark, no sideways scrolling at 320 pixels, a silent console; and its picture."""
import argparse
import datetime
import os
import pathlib

LANGUAGES = ("en", "fr")
ROOT = pathlib.Path(__file__).resolve().parents[3]


def screenshots_folder():
    folder = pathlib.Path(os.environ.get("ROGATORY_SCREENSHOTS", ROOT / "build/screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def arguments(description):
    """`FILTER`, a part of a screen's name; `--alternate`, for where time is short: each screen in one language, tomorrow in the other."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("only", nargs="?", default="", metavar="FILTER")
    parser.add_argument("--alternate", action="store_true", help="each screen in one of the two languages, on another day in the other")
    return parser.parse_args()


def seen_in(language, number, alternate):
    """The colour schemes in which screen `number` is looked at in this language; nothing: not at all."""
    if alternate:
        return ("light", "dark") if (number + LANGUAGES.index(language) + datetime.date.today().toordinal()) % 2 == 0 else ()
    # The second language differs in the length of its words, not in its colours.
    return ("light", "dark") if language == LANGUAGES[0] else ("light",)


def look(page, name, widths=(320, 1440), schemes=("light", "dark"), pictures=True):
    """Everything wrong with the screen now shown, as a list of sentences."""
    wrong = []
    for scheme in schemes:
        page.do("await page.emulateMedia({ colorScheme: args[0] });", scheme)
        # Only colours differ between the schemes: the second one is measured for contrast alone, and pictured at the last width.
        first = scheme == schemes[0]
        for width in widths if first else widths[-1:]:
            page.do("await page.setViewportSize({ width: args[0], height: 900 }); await page.waitForTimeout(30);", width)
            over = page.do("return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);")
            if over > 0:
                wrong.append(f"{name}: {over} pixels wider than {width}")
            if pictures:
                page.screenshot(screenshots_folder() / f"{name}.{width}.{scheme}.png")
        wrong += [f"{name} ({scheme}): {one}" for one in (page.axe() if first else page.do("return tools.contrast(page);"))]
    page.do("await page.emulateMedia({ colorScheme: 'light' }); await page.setViewportSize({ width: 1280, height: 900 });")
    return wrong


def screens_counted(page):
    """The headings a person has been shown since count_screens(), in order; a repeated one next to itself counts once."""
    return page.do("return page.evaluate(() => globalThis.shownScreens ?? []);")


def count_screens(page):
    """From now on every new heading is a screen, whatever the address does."""
    page.do("""await page.evaluate(() => {
        const shown = (globalThis.shownScreens = []);
        const note = () => {
            const heading = document.getElementById('screen-title');
            const text = [...(heading?.childNodes ?? [])].filter((one) => one.nodeType === 3).map((one) => one.data).join('').trim();
            if (text && shown.at(-1) !== text) shown.push(text);
        };
        note();
        new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
    });""")
