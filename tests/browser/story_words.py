#!/usr/bin/env python3
"""What the stories say of the page stands in the page's catalogues, in both languages: seen here in seconds, before anybody tells a story.
A text that a catalogue no longer has is named with its line."""
import ast
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE / "support")]
from cases import Cases
from wording import LANGUAGES, Unsaid, as_is, bare, beside, one, said

WHOLE, PART = True, False
# The methods of Page and of the stories that take a text of the page, and whether it is all of a name.
TAKEN = {"see": PART, "see_heading": PART, "shows": PART, "press": WHOLE, "follow": PART, "choose": PART, "reach": PART, "words": PART, "one": WHOLE,
         "is_read": PART, "banner": PART, "refused": PART, "leave": WHOLE, "row": WHOLE}


def literal(node):
    """The text that stands in the source, with something in the place of what the story puts in; None for what is only known when it is told."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return together([one.value if isinstance(one, ast.Constant) else literal(one.value) for one in node.values], "")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "as_is":
        return as_is("Something")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "beside":
        parts = [literal(one) for one in node.args]
        return None if None in parts else beside(*parts)
    return None


def together(parts, between):
    return None if None in parts else between.join(parts)


def is_true(call, name, place):
    """What is given for a parameter by its name or its place; None where nothing is."""
    given = [one.value for one in call.keywords if one.arg == name] or call.args[place:place + 1]
    return given[0].value if given and isinstance(given[0], ast.Constant) and isinstance(given[0].value, bool) else None


def spoken(path):
    """[(line, text, whole)]"""
    for call in ast.walk(ast.parse(path.read_text())):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr not in TAKEN:
            continue
        name = call.func.attr
        asked = is_true(call, {"words": "whole", "is_read": "whole"}.get(name, "exact"), {"is_read": 2}.get(name, 1))
        whole = TAKEN[name] if asked is None else asked
        texts = call.args if name in ("see", "shows") else call.args[1:2] if name in ("refused", "leave", "row") else call.args[:1]
        for text in map(literal, texts):
            if text and not text.startswith("#"):
                yield call.lineno, text, whole


def main():
    cases = Cases("story_words")
    with cases.case("a whole message, a part of one, and one with values, plurals and names in it are said in French"):
        for text, whole, french in (
                ("Continue", WHOLE, "Continuer"), ("What do you reply", PART, "Que répondez-vous ?"), (f"Remove {as_is('sen.crf.5')}", WHOLE, "Retirer sen.crf.5"),
                ("2 people are on the list", PART, "2 personnes figurent sur la liste :"), ("1 draft", PART, "1 projet"), ("Accounts: 2", PART, "Comptes : 2"),
                ("Waiting for Benin", PART, "En attente : Bénin"), ("1 January 2026", PART, "1 janvier 2026"),
                (f"{as_is('sen.crf.6')} is now reader.", PART, "sen.crf.6 est désormais lecteur."), (beside("Save as CSV", "Accounts"), WHOLE, "Enregistrer en CSV Comptes")):
            assert re.fullmatch(said("fr", text, whole), french), (bare(text), said("fr", text, whole))
        assert one("fr", "resolved") == "résolue"
    with cases.case("what no message says is refused, and a name that is not marked"):
        for text, whole in (("This stands nowhere", PART), ("Continu", WHOLE), ("Remove sen.crf.5", WHOLE), ("Sent to FRA", PART), ("the", PART)):
            try:
                found = said("fr", text, whole)
            except Unsaid:
                continue
            raise AssertionError(f"{text}: {found}")
    for path in sorted((HERE / "support").glob("*.py")):
        if found := [] if path.name in ("browser.py", "wording.py") else list(spoken(path)):
            with cases.case(f"{path.name}: every text of the page that the source names, {len(found)} of them"):
                missing = []
                for line, text, whole in found:
                    for language in LANGUAGES:
                        try:
                            said(language, text, whole)
                        except Unsaid as unsaid:
                            missing.append(f"line {line}, {language}: {unsaid}")
                assert not missing, "\n".join(missing)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
