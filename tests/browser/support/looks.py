"""What every screen must stand: axe in light and dark, no sideways scrolling at 320 pixels, a silent console; and its picture."""
import os
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[3]


def screenshots_folder():
    folder = pathlib.Path(os.environ.get("ROGATORY_SCREENSHOTS", ROOT / "build/screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def look(page, name, widths=(320, 1440), schemes=("light", "dark"), pictures=True):
    """Everything wrong with the screen now shown, as a list of sentences."""
    wrong = []
    for scheme in schemes:
        page.do("await page.emulateMedia({ colorScheme: args[0] });", scheme)
        for width in widths:
            page.do("await page.setViewportSize({ width: args[0], height: 900 }); await page.waitForTimeout(30);", width)
            over = page.do("return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);")
            if over > 0:
                wrong.append(f"{name}: {over} pixels wider than {width}")
            if pictures:
                page.screenshot(screenshots_folder() / f"{name}.{width}.{scheme}.png")
        # Only colours differ between the schemes.
        found = page.axe() if scheme == schemes[0] else page.do("return tools.contrast(page);")
        wrong += [f"{name} ({scheme}): {one}" for one in found]
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
