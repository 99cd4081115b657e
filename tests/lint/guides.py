"""The guides and the page: the same in both languages for operators, pictures that are there, small, told in words and taken by tests/browser/guide_pictures.py; names in bold that stand on a screen."""
import json
import re
import struct
import sys

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from tree import ROOT, text, tracked

FOLDERS = {"docs/en/pictures": "en", "docs/fr/images": "fr"}
GUIDES = {"docs/en/officials.md": "en", "docs/en/access-managers.md": "en", "docs/fr/agents.md": "fr", "docs/fr/responsables-des-habilitations.md": "fr"}
# For those who run the server; section by section.
OPERATORS = {"docs/en/administrators.md": "docs/fr/administrateurs.md", "docs/en/running.md": "docs/fr/exploitation.md", "docs/en/key-ceremony.md": "docs/fr/ceremonie-des-cles.md"}
WIDTH, ONE, ALL = 1000, 90_000, 3_000_000  # pixels; bytes: what somebody at the end of a slow line still waits for
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
COMMON = {"en": r"\b(?:the|and|of|with|that|to|a|for)\b", "fr": r"\b(?:le|la|les|et|de|des|du|avec|un|une|pour|que)\b"}
# In bold because the sentence rests on them, not because a screen says them. What ends with a full stop is a heading of its paragraph.
STRESSED = {
    "en": {"in the browser", "command line", "restriction sheet", "recovery sheet", "founding sheet", "invitation code", "founder's code", "integrity failure", "recovery key", "root authority", "service",
           "fingerprint", "telephone the person", "somebody began with your recovery sheet alone", "“awaiting co-signature.”", "“alarm: two versions of the log.”", "behind a proxy", "who belongs to two states or bodies"},
    "fr": {"dans le navigateur", "ligne de commande", "fiche de restrictions", "fiche de secours", "fiche de fondation", "code d’invitation", "code de fondateur", "échec d’intégrité", "clé de secours",
           "autorité racine", "service", "empreinte", "téléphonez à la personne", "quelqu’un a commencé avec votre seule fiche de secours", "« en attente de cosignature. »",
           "« alarme : deux versions du journal. »", "derrière un mandataire", "qui appartient à deux états ou organes"},
}


def plain(words):
    return re.sub(r"[\s\u00a0\u202f]+", " ", words).strip().lower()


def messages(language):
    said = list(json.loads(text(f"web/cli/catalogue/{language}.json")).values())
    for path in sorted((ROOT / f"web/app/catalogue/{language}").glob("*.json")):
        said += json.loads(path.read_text(encoding="utf-8")).values()
    return {plain(one).rstrip(".").replace("'", "’") for one in said}


def chunks(data):
    """(kind, bytes) of a PNG's parts."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG"
    at = 8
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        yield kind.decode("ascii"), data[at + 8:at + 8 + size]
        at += 12 + size


def pictures():
    return {path: FOLDERS[str(path.parent)] for path in tracked() if path.suffix == ".png" and str(path.parent) in FOLDERS}


def named():
    """[(guide, language, what is told in its place, the picture's path)]"""
    return [(page, language, told, (ROOT / page).parent.joinpath(target).relative_to(ROOT).as_posix()) for page, language in GUIDES.items() for told, target in IMAGE.findall(text(page))]


def sections(page):
    """(level, title, {what is typed as it stands}) of each section: options, settings and the like, commands of our programs."""
    whole = text(page)
    code = [hit.span() for hit in re.finditer(r"^```.*?^```", whole, re.M | re.S)]
    heads = [hit for hit in re.finditer(r"^(#+) (.*)$", whole, re.M) if not any(start < hit.start() < end for start, end in code)]
    found = []
    for head, end in zip(heads, [*(one.start() for one in heads[1:]), len(whole)]):
        typed = " ".join(re.findall(r"```.*?```|`[^`\n]+`", whole[head.end():end], re.S)).replace("--lang fr ", "")
        commands = set(re.findall(r"\brogatoryd?(?:-verify)?(?: [a-z][a-z-]+(?![\w./-]))+", typed))
        names = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+|\b[a-z]+(?:[._][a-z]+)*_[a-z]+(?:[._][a-z]+)*\b"
                               r"|(?<![\w./-])[a-z]+\.[a-z]+(?![\w./-])(?<!\.txt|\.pem|\.key|\.age|\.tar)", typed))
        found.append((head[1], f"{page}: {head[2]}", commands | names))
    return found


def main():
    cases = Cases("lint_guides")
    with cases.case("each page begins with its title, and has one"):
        for path in (one for one in tracked() if one.suffix == ".md" and one.parts[0] == "docs"):
            bare = re.sub(r"^```.*?^```", "", text(path), flags=re.M | re.S)
            assert bare.startswith("# ") and len(re.findall(r"^# ", bare, re.M)) == 1, path
    with cases.case("what operators read says the same in both languages: section by section, the same commands, options and settings"):
        wrong = []
        for english, french in OPERATORS.items():
            here, there = sections(english), sections(french)
            if [level for level, *_ in here] != [level for level, *_ in there]:
                wrong.append(f"{english}, {french}: other sections")
            wrong += [f"{title} | {title_fr}: {sorted(names ^ names_fr)}" for (_, title, names), (_, title_fr, names_fr) in zip(here, there) if names != names_fr]
        assert not wrong, "\n".join(wrong)
    there, used = pictures(), named()
    with cases.case("each picture that a guide names is there, in the guide's language, and none lies about"):
        files = {str(path) for path in there}
        wrong = [f"{page}: {path}" for page, language, _, path in used if path not in files or FOLDERS[path.rsplit("/", 1)[0]] != language]
        wrong += [f"no guide has {path}" for path in sorted(files - {path for *_, path in used})]
        assert used and not wrong, "\n".join(wrong)
    with cases.case("each is told in words, in the guide's language, for whoever does not see it"):
        wrong = []
        for page, language, told, path in used:
            counts = {one: len(re.findall(words, told.lower())) for one, words in COMMON.items()}
            if len(told) < 30 or counts[language] <= max(count for one, count in counts.items() if one != language):
                wrong.append(f"{page}: {path}: “{told}”")
        assert not wrong, "\n".join(wrong)
    with cases.case("each is taken by the story, in both languages"):
        taken = set(re.findall(r'self\.picture\(\w+, "([a-z-]+)"', text("tests/browser/support/guide_story.py")))
        for folder, language in FOLDERS.items():
            kept = {path.stem for path, one in there.items() if one == language}
            assert kept == taken == set(json.loads(text(f"{folder}/shown.json"))), (folder, sorted(kept ^ taken))
    with cases.case(f"each is {WIDTH} pixels wide and below {ONE:,} bytes, all below {ALL:,}, and none says where it was made"):
        wrong, total = [], 0
        for path in there:
            data = (ROOT / path).read_bytes()
            parts = list(chunks(data))
            total += len(data)
            width, _ = struct.unpack(">II", parts[0][1][:8])
            strange = {kind for kind, _ in parts} - {"IHDR", "PLTE", "tRNS", "IDAT", "IEND"}
            if width != WIDTH or len(data) > ONE or strange:
                wrong.append(f"{path}: {width} pixels, {len(data)} bytes {sorted(strange)}")
        assert not wrong and total <= ALL, "\n".join([*wrong, f"{total} bytes in all"])
    with cases.case("no other picture is kept: what the page needs is drawn in its sources"):
        found = [str(path) for path in tracked() if path.suffix.lower() in {".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"} and path not in there]
        assert not found, found
    with cases.case("what a guide has in bold stands on a screen, in the same words"):
        wrong = []
        for page, language in GUIDES.items():
            said = messages(language)
            for bold in re.findall(r"\*\*([^*]+)\*\*", re.sub(r"```.*?```", "", text(page), flags=re.DOTALL)):
                words = plain(bold).replace("'", "’")
                if not words.endswith(".") and words not in said and words not in {one.replace("'", "’") for one in STRESSED[language]}:
                    wrong.append(f"{page}: {bold}")
        assert not wrong, "on no screen (what is only stressed is listed in STRESSED):\n" + "\n".join(wrong)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
