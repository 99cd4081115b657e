"""French as it is set and named: apostrophes, no-break spaces, the field's terms, in docs/fr, in both catalogues, in the server's words and in manual pages."""
import csv
import json
import re
import sys

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from tree import ROOT, text, tracked

SPACE = "\u00a0\u202f"
# What a person copies letter by letter is not French: code, addresses, targets of links, places of a message.
AS_TYPED = re.compile(r"`[^`\n]*`|(?<![\w:])::1?(?![\w:])|\]\([^)\s]*\)|https?://\S+|\{[a-z_]+\}")
WRONG = {
    "an apostrophe is ’": re.compile(r"(?<=[^\W\d_])'(?=\*{0,2}[^\W\d_])"),
    "U+00A0 stands before : ; ? ! »": re.compile(rf" [:;?!»](?!\w)|[^\s{SPACE}:;?!«(\[…|][?!;»](?=[\s)*,.|]|$)|[^\W\d_][:](?=\s|$)"),
    "U+00A0 stands after «": re.compile(rf"«(?![{SPACE}])"),
    "French quotation marks are « »": re.compile(r"[“”]"),
}
# platform/casework/data/words.csv and the glossary say how each thing is called; these are the names that it refuses.
REFUSED = {
    "transmission spontanée (partage: only of assets)": re.compile(r"(?i)\bpartag(?:e|es|er|é|ée|és|ées)\b(?! des avoirs)"),
    "localisation": re.compile(r"(?i)\btraçage"),
    "cosignataire du journal": re.compile(r"(?i)\btémoins?\b"),
    "fichier des habilitations, journal (registre: the Registry's, of images)": re.compile(r"(?i)\bregistres?\b(?! d’images| du commerce| foncier| des sociétés|s? publics?)"),
    "relevé de consultation (accusé de réception: the legal act)": re.compile(r"(?i)accusés? de réception"),
    "restrictions d’utilisation et de diffusion": re.compile(r"(?i)conditions d’utilisation"),
    "divulgation autorisée": re.compile(r"(?i)mainlevée|mise en liberté(?! provisoire| définitive)"),
    "projet": re.compile(r"(?i)\bbrouillons?\b"),
    "avis de retrait": re.compile(r"(?i)\bpierre tombale"),
    "phrase de passe (mot de passe: of another machine's account)": re.compile(r"(?i)\bmots? de passe\b(?! de la messagerie| SMTP)"),
    "agent habilité": re.compile(r"(?i)\b(?:second|deuxième|autre) agent\b(?! habilité)"),
    "responsable des habilitations": re.compile(r"(?i)\b(?:dépositaire|gestionnaire des accès)s?\b"),
    "fiche de secours": re.compile(r"(?i)\b(?:kit de secours|fiche de récupération)\b"),
}
# Each of these terms stands in the guide that is for the people who meet it.
NAMED = {
    "docs/fr/agents.md": ["agent habilité", "phrase de passe", "relevé de consultation", "fiche de secours", "fiche de restrictions", "transmettre", "projet", "pièce",
                          "responsable des habilitations", "annuaire", "bibliothèque", "recueil de conservation", "clés d’accès"],
    "docs/fr/responsables-des-habilitations.md": ["responsable des habilitations", "fichier des habilitations", "agent habilité", "lecteur", "clé de secours", "cosignataire",
                                                  "empreinte", "phrase de passe"],
    "docs/fr/administrateurs.md": ["responsable des habilitations", "cosignataire", "fiche de fondation"],
}


def server_words(source):
    """(key, message) of everything in French in a table of the server's words: key, then what is English, then as much in French."""
    literal = r'"(?:[^"\\]|\\.)*"'
    for entry in re.finditer(rf"\w+\{{((?:\s*{literal}\s*,?)+)\}}", source):
        key, *texts = ("".join(re.findall(r'"((?:[^"\\]|\\.)*)"', field)) for field in re.findall(rf"(?:{literal}\s*)+", entry[1]))
        for text_ in texts[len(texts) // 2:]:
            yield key, re.sub(r"\\u([0-9a-f]{4})|\\(.)", lambda hit: chr(int(hit[1], 16)) if hit[1] else hit[2], text_)


def prose(source):
    """The lines of a manual page as they are read; examples are typed as they stand and empty here."""
    example = False
    for line in source.splitlines():
        example = line == ".nf" or (example and line != ".fi")
        yield "" if example or line.startswith(".") else re.sub(r"\\f[BIR]", "`" if "\\f" in line else "", line).replace("\\-", "-")


def lines():
    """(place, line) of everything in French that a person reads, without what is typed as it stands."""
    for path in tracked():
        if str(path).startswith("docs/fr/") and path.suffix == ".md":
            code = False
            for number, line in enumerate(text(path).splitlines(), 1):
                if line.startswith("```"):
                    code = not code
                elif not code:
                    yield f"{path}:{number}", AS_TYPED.sub("`", line)
    for path in [ROOT / "web/cli/catalogue/fr.json", *sorted((ROOT / "web/app/catalogue/fr").glob("*.json"))]:
        for key, message in json.loads(path.read_text(encoding="utf-8")).items():
            for line in message.splitlines():
                yield f"{path.relative_to(ROOT)} {key}", AS_TYPED.sub("`", line)
    for path in sorted((ROOT / "web/server").glob("words*.cpp")):
        for key, message in server_words(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(ROOT)} {key}", AS_TYPED.sub("`", message)
    for path in sorted((ROOT / "deploy/man").glob("*.fr.roff")):
        for number, line in enumerate(prose(path.read_text(encoding="utf-8")), 1):
            yield f"{path.relative_to(ROOT)}:{number}", AS_TYPED.sub("`", line)
    for path in sorted((ROOT / "platform/casework/data").glob("*.csv")):
        with open(path, encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                yield f"{path.relative_to(ROOT)} {next(iter(row.values()))}", row.get("fr") or ""


def main():
    cases = Cases("lint_french")
    all_lines = list(lines())
    for rule, pattern in WRONG.items():
        with cases.case(rule):
            found = [f"{place}: {line[max(0, hit.start() - 30):hit.end() + 20].strip()}" for place, line in all_lines for hit in pattern.finditer(line)]
            assert not found, "\n".join(found)
    with cases.case("no screen writes a colon of its own behind a text: t(\"page.colon\") is set as the language does"):
        found = [f"{path}: {hit[0].strip()}" for path in tracked() if str(path).startswith("web/app/src/ui/") and path.suffix == ".svelte"
                 for hit in re.finditer(r".*(?:</bdi>|\)\}):(?=\s*(?:\$?\{|\n)).*", text(path))]
        assert not found, "\n".join(found)
    with cases.case("every entry of the server's words was read"):
        for path in sorted((ROOT / "web/server").glob("words*.cpp")):
            source = path.read_text(encoding="utf-8")
            keys = {key for key, _ in server_words(source)}
            assert len(keys) == len(re.findall(r"\b(?:Words|Question|Description)\{", source)) > 10, (path.name, len(keys))
    for term, pattern in REFUSED.items():
        with cases.case(f"the term is: {term}"):
            found = [f"{place}: {line.strip()[:120]}" for place, line in all_lines if pattern.search(line)]
            assert not found, "\n".join(found)
    with cases.case("the guides name things as the screens do"):
        found = [f"{name}: nowhere “{term}”" for name, terms in NAMED.items() for term in terms if term not in re.sub(r"\s+", " ", text(name)).lower()]
        assert not found, "\n".join(found)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
