"""Pictures of the page for the guides: what is another at every run (days, codes, digits, ids, addresses) stands there as it always does, so that two runs
give the same picture, and no reader takes a code from it. What the page itself holds is put back at once."""
import json
import pathlib
import shutil
import subprocess

from looks import screenshots_folder
from wording import MONTHS

ROOT = pathlib.Path(__file__).resolve().parents[3]
FOLDERS = {"en": ROOT / "docs/en/pictures", "fr": ROOT / "docs/fr/images"}
COSIGNERS = {"en": "co-signer", "fr": "cosignataire"}
SHOWN = "shown.json"  # beside the pictures: the headings, labels, buttons and links of each
WIDTH = 1000
ALWAYS = {
    "day": [2027, 3, 15],
    "time": "10:30",
    "host": "rogatory.example.org",
    # No two that differ are shown alike: an invitation’s code, the two of a recovery sheet, digits that are compared, and fingerprints.
    "code": ["7K4M", "2Q9D", "X3VB", "8HTN", "5RCW", "1YEG", "6JPA"],
    "accountKey": ["3N8R", "W5TC", "0JXM", "V2KA", "9QYF", "4HDB", "T6PE"],
    "kitSecret": ["5ZGB", "M1WJ", "K7CX", "2RNT", "D9VQ", "8FHA", "E3SY"],
    "compared": ["53190", "27846", "60412", "88735"],
    "own": ["24680", "13579", "86420", "97531", "11223", "44556", "77889", "90012"],
    "others": ["71354", "90286", "43718", "05962", "38147", "66520", "19483", "72905"],  # typed from another State’s note verbale
    "hex": ["3f2a9c118b02d7e45a6071c2" * 4, "b71e04d95c63a8f0412e97bd" * 4, "8d05e2f7611b94c3a07f38ea" * 4, "46c9b0a3e85d172f90ab6e14" * 4],
    "secret": "JBSWY3DPEHPK3PXP",
    "passphrase": "jifo-yomo-lijo-fimo-lego-lesa",
}
CALM = """
const calm = ({ months, day, time, host, code, accountKey, kitSecret, compared, own, others, hex, secret, passphrase, cosigner }) => {
  const undo = [];
  const now = new Date();
  const shift = Date.UTC(day[0], day[1] - 1, day[2]) - Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  const moved = (year, month, date) => new Date(Date.UTC(year, month, date) + shift);
  // Of a field or a sheet's line: which of the three codes it holds.
  const codeOf = (one) => {
    const line = [...(one.closest('.kit')?.querySelectorAll('dd') ?? [])].indexOf(one.closest('dd'));
    return one.id === 'account-key' || line === 2 ? accountKey : one.id === 'kit-secret' || one.id === 'read-back' || line === 3 ? kitSecret : code;
  };
  const digitsOf = (count, typed) => (count < 8 ? compared : typed ? others : own);
  const ids = [];
  const idOf = (found) => {
    const start = found.slice(0, 8);
    if (!ids.includes(start)) ids.push(start);
    return hex[ids.indexOf(start) % hex.length].slice(0, found.length);
  };
  const always = (text, of) => text
    .replace(new RegExp(`(\\\\d{1,2})(?:er)?([ \\\\u00a0])(${months.join('|')})([ \\\\u00a0])(\\\\d{4})`, 'gu'), (_, date, a, month, b, year) => {
      const at = moved(Number(year), months.indexOf(month), Number(date));
      return `${at.getUTCDate()}${a}${months[at.getUTCMonth()]}${b}${at.getUTCFullYear()}`;
    })
    .replace(/\\b(\\d{4})-(\\d{2})-(\\d{2})\\b/gu, (_, year, month, date) => moved(Number(year), Number(month) - 1, Number(date)).toISOString().slice(0, 10))
    .replace(/\\b\\d{1,2}:\\d{2}\\b/gu, time)
    .replace(/localhost:\\d+/gu, host)
    .replace(/\\bwitness-(\\d)/gu, `${cosigner}-$1`)
    .replace(/\\b(?:[0-9A-Z]{4}([ -])){6}[0-9A-Z]{4}\\b/gu, (_, gap) => codeOf(of).join(gap))
    .replace(/\\b\\d{5}(?: \\d{5}){3,7}\\b/gu, (found) => digitsOf(found.split(' ').length, 'value' in of).slice(0, found.split(' ').length).join(' '))
    .replace(/\\b[a-z]{4}(?:-[a-z]{4}){5}\\b/gu, passphrase)
    .replace(/\\b[0-9a-f]{8,64}\\b/gu, idOf);
  const put = (node, property, value) => {
    if (node[property] === value) return;
    const before = node[property];
    undo.push(() => { node[property] = before; });
    node[property] = value;
  };
  for (const one of document.querySelectorAll('.digits')) {
    const spans = [...one.querySelectorAll('span')], digits = digitsOf(spans.length, false);
    spans.forEach((span, index) => put(span.firstChild, 'data', span.firstChild.data.replace(/\\d{5}/u, digits[index])));
  }
  let letter = 0;
  for (const one of document.querySelectorAll('#totp-secret')) put(one.firstChild, 'data', one.firstChild.data.replace(/[A-Z2-7]/gu, () => secret[letter++ % secret.length]));
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) put(walk.currentNode, 'data', always(walk.currentNode.data, walk.currentNode.parentElement));
  for (const one of document.querySelectorAll('input:not([type=date],[type=radio],[type=checkbox],[type=file]), textarea')) put(one, 'value', always(one.value, one));
  // A square code that no camera reads.
  for (const one of document.querySelectorAll('svg.qr')) {
    const size = one.viewBox.baseVal.width, edge = 3, marks = [[edge, edge], [size - edge - 7, edge], [edge, size - edge - 7]];
    let state = 20270315, path = '';
    for (let y = edge; y < size - edge; y += 1) for (let x = edge; x < size - edge; x += 1) {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      const mark = marks.find(([a, b]) => x >= a - 1 && x <= a + 7 && y >= b - 1 && y <= b + 7);
      const from = mark && Math.max(Math.abs(x - mark[0] - 3), Math.abs(y - mark[1] - 3));
      if (mark ? from === 3 || from < 2 : (state >> 16) & 1) path += `M${x} ${y}h1v1h-1z`;
    }
    const drawn = one.querySelector('path'), before = drawn.getAttribute('d');
    undo.push(() => drawn.setAttribute('d', before));
    drawn.setAttribute('d', path);
  }
  globalThis.afterPicture = () => { for (const one of undo.reverse()) one(); };
};
"""


class Pictures:
    """Takes the pictures of one language; finish() says what differs from those that the guides have, or writes them."""

    def __init__(self, language, write):
        self.language, self.write = language, write
        self.folder = FOLDERS[language]
        self.taken = {}

    def take(self, page, name, upto=None, only=None):
        """The page from its head to the end of what is in it, or of the last `upto`; or `only` one part of it."""
        path = screenshots_folder() / f"guide-{name}.{self.language}.png"
        page.do("await page.mouse.move(0, 0); await page.setViewportSize({ width: args[0], height: 900 }); await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); }); await page.waitForTimeout(150);", WIDTH)
        self.taken[name] = page.do(CALM + """
            await page.evaluate(`(${calm})(${JSON.stringify(args[0])})`);
            try {
              const { clip, shown } = await page.evaluate(([width, upto, only]) => {
                const box = (one) => one.getBoundingClientRect();
                const seen = (one) => one.checkVisibility() && box(one).height > 1 && !one.closest('.visually-hidden');
                const parts = [...document.querySelectorAll(only ?? upto ?? 'main *')].filter(seen);
                if (!parts.length) throw new Error(`nothing is ${only ?? upto}`);
                const top = only ? Math.min(...parts.map((one) => box(one).top)) - 20 : 0;
                const bottom = Math.max(...parts.map((one) => box(one).bottom)) + 24;
                const inside = (one) => seen(one) && box(one).top >= top && box(one).bottom <= bottom;
                return { clip: { x: 0, y: Math.max(0, top), width, height: Math.round(bottom - Math.max(0, top)) },
                  shown: [...document.querySelectorAll('main :is(h1, h2, legend, label, button, a)')].filter(inside).map((one) => one.innerText.replace(/\\s+/gu, ' ').trim()).filter(Boolean) };
              }, args[1]);
              await page.screenshot({ path: args[2], clip, fullPage: true, animations: 'disabled', caret: 'hide' });
              return shown;
            } finally {
              await page.evaluate(() => globalThis.afterPicture());
              await page.setViewportSize({ width: 1280, height: 900 });
            }""", {**ALWAYS, "months": MONTHS[self.language], "cosigner": COSIGNERS[self.language]}, [WIDTH, upto, only], str(path))
        if self.write:
            self.keep(path, self.folder / f"{name}.png")

    @staticmethod
    def keep(taken, kept):
        for program in ("pngquant", "optipng"):
            assert shutil.which(program), f"pictures are kept small with {program}: apt-get install {program}"
        kept.parent.mkdir(exist_ok=True)
        subprocess.run(["pngquant", "--force", "--strip", "--nofs", "--speed", "1", "--output", kept, "128", taken], check=True)
        subprocess.run(["optipng", "-quiet", "-o3", "-strip", "all", kept], check=True)

    def finish(self):
        place = self.folder / SHOWN
        text = json.dumps(self.taken, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        if self.write:
            place.write_text(text)
            return
        there = json.loads(place.read_text())
        assert sorted(there) == sorted(self.taken), f"other pictures are taken than there are: {sorted(set(there) ^ set(self.taken))}"
        other = [f"{name}: the picture has {[one for one in there[name] if one not in shown]}, the page {[one for one in shown if one not in there[name]]}"
                 for name, shown in self.taken.items() if there[name] != shown]
        assert not other, "pictures of the guides show what the page has no longer; tests/browser/guide_pictures.py --write --language en, then fr:\n" + "\n".join(other)
