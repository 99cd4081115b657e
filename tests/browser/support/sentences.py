"""The catalogue's sentences as a person reads them: the page's own text of a key, else the one shared with the command line."""
import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[3]
LANGUAGES = ("en", "fr")


def _texts(language):
    texts = json.loads((ROOT / f"web/cli/catalogue/{language}.json").read_text())
    for path in sorted((ROOT / f"web/app/catalogue/{language}").glob("*.json")):
        texts.update(json.loads(path.read_text()))
    return texts


TEXTS = {language: _texts(language) for language in LANGUAGES}


def plain(text):
    """Without the differences that nobody sees: kinds of spaces, line breaks."""
    return re.sub(r"\s+", " ", text.replace("\u202f", " ").replace("\u00a0", " ")).strip()


def say(language, key, **values):
    """Of a sentence without plurals; a place that is not given matches whatever stands there."""
    text = TEXTS[language][key]
    assert ", plural" not in text, key
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return plain(text)


def pieces(sentence):
    """What must be read whatever stands in the places that are left."""
    return [piece for piece in (plain(one) for one in re.split(r"\{[a-z_]+\}", sentence)) if len(piece) > 3]
