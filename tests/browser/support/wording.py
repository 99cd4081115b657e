"""The words of a story in the language of the page. A story is written once, in English: what it reads and presses is looked up among the
page's own messages, as the page's build makes them, and said in the reader's language with the same values in the places.

    said("fr", "Remove {}".format(as_is("sen.crf.5")), whole=True)

What no message says is an error, never handed on as it stands: names, titles, figures with a unit and whatever else is the story's own is
marked with as_is(). Where several messages say the same in English and not in French, any of them is taken. A part of a sentence is found as
a part, and answered by the whole sentence.
"""
import csv
import functools
import itertools
import json
import pathlib
import re
import subprocess

from sentences import LANGUAGES

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
WRITTEN = "en"  # the language that stories are written in
LOCALES = {"en": "en-GB", "fr": "fr-FR"}
OPEN, SHUT, NEXT = "\ue000", "\ue001", "\ue002"  # of the private use area: no text has them
MARKED = re.compile(f"{OPEN}([^{SHUT}]*){SHUT}")
MONTHS = {"en": "January February March April May June July August September October November December".split(),
          "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()}
LITERAL, ARGUMENT, NUMBER, SELECT, PLURAL, POUND = 0, 1, 2, 5, 6, 7  # of @formatjs/icu-messageformat-parser
MOST = 24  # a text that stands in more messages than this says nothing


class Unsaid(AssertionError):
    """No message of the page says it."""


def as_is(text):
    """What is the story's own and the same in every language; it may stand inside a sentence."""
    return f"{OPEN}{text}{SHUT}" if text else ""


def beside(*texts):
    """Several messages in one name, such as a button's with the row that it belongs to."""
    return NEXT.join(texts)


def bare(text):
    """Without the marks."""
    return MARKED.sub(r"\1", text).replace(NEXT, " ")


def other(language):
    return LANGUAGES[1 - LANGUAGES.index(language)]


def even(text):
    """One kind of space and of line break."""
    return re.sub(r"\s+", " ", text)


# The page's messages --------------------------------------------------------------------------------------------------------


@functools.cache
def messages():
    """{language: {key: parsed message}}; the names of the States Parties and the titles of the report's figures are messages of their own."""
    done = subprocess.run([ROOT / "deploy/node", ROOT / "web/app", "node", HERE / "messages.mjs"], check=True, capture_output=True, text=True)
    parsed = json.loads(done.stdout)
    for state in json.loads((ROOT / "web/app/src/model/states_parties.json").read_text())["states"]:
        for language in LANGUAGES:
            parsed[language][f"state.{state['code']}"] = [{"type": LITERAL, "value": state[language]}]
    with open(ROOT / "platform/casework/data/figures.csv") as figures:
        for figure in csv.DictReader(figures):
            for language in LANGUAGES:
                parsed[language][f"figure.{figure['figure']}"] = [{"type": LITERAL, "value": figure[language]}]
    return parsed


def flat(parts, number=None):
    """Every way in which a message can read: (tokens, branches); a token is a text, or a tuple of a place's name and whether it is a number."""
    ways = [((), {})]
    for part in parts:
        if part["type"] == LITERAL:
            more = [((even(part["value"]),), {})]
        elif part["type"] == POUND:
            more = [(((number, True),), {})]
        elif part["type"] in (SELECT, PLURAL):
            more = [(tokens, {part["value"]: name, **branches}) for name, option in part["options"].items()
                    for tokens, branches in flat(option["value"], part["value"] if part["type"] == PLURAL else number)]
        else:
            more = [(((part["value"], part["type"] == NUMBER),), {})]
        ways = [(tokens + new, {**branches, **chosen}) for (tokens, branches), (new, chosen) in itertools.product(ways, more)
                if all(branches.get(name, branch) == branch for name, branch in chosen.items())]
    return ways


@functools.cache
def readings(language):
    """[(key, tokens, branches)], texts beside one another joined."""
    out = []
    for key, parts in messages()[language].items():
        for tokens, branches in flat(parts):
            joined = []
            for token in tokens:
                if isinstance(token, str) and joined and isinstance(joined[-1], str):
                    joined[-1] += token
                elif token != "":
                    joined.append(token)
            if any(isinstance(token, str) and token.strip(" \n") for token in joined):
                out.append((key, tuple(joined), branches))
    return out


# Finding what a text is -----------------------------------------------------------------------------------------------------


def walk(text, at, tokens, k):
    """The values of the places when `text` from `at` on reads as the tokens from k on: ({place: value}, letters said, reached the end)."""
    if at == len(text):
        yield {}, 0, k == len(tokens)
        return
    if k == len(tokens):
        return
    token = tokens[k]
    if isinstance(token, str):
        rest = text[at:]
        if token.startswith(rest):
            yield {}, letters(rest), len(rest) == len(token) and k + 1 == len(tokens)
        elif rest.startswith(token):
            for values, said_, ended in walk(text, at + len(token), tokens, k + 1):
                yield values, said_ + letters(token), ended
        return
    name, counted = token
    for end in range(at + 1, len(text) + 1):
        if end < len(text) and (k + 1 == len(tokens) or not isinstance(tokens[k + 1], str) or tokens[k + 1][0] != text[end]):
            continue
        value = text[at:end]
        if value.count(OPEN) != value.count(SHUT) or counted and not re.fullmatch(r"[\d,]+", bare(value)):
            continue
        for values, said_, ended in walk(text, end, tokens, k + 1):
            if values.get(name, value) == value:
                yield {**values, name: value}, said_, ended


def letters(text):
    return sum(1 for letter in text if letter.isalpha())


def found(written, text, whole):
    """[(key, values, branches, is it the whole message)] for a text without NEXT."""
    out = []
    for key, tokens, branches in readings(written):
        for k, token in enumerate(tokens):
            if whole and k:
                break
            starts = [0]
            if isinstance(token, str) and not whole:
                starts += [p for p in range(1, len(token)) if token[p] == text[0] and not token[p - 1].isalnum()]
            for p in starts:
                cut = (token[p:], *tokens[k + 1:]) if isinstance(token, str) else tokens[k:]
                if isinstance(token, str) and not (text.startswith(cut[0]) or cut[0].startswith(text)):
                    continue
                for values, said_, ended in walk(text, 0, cut, 0):
                    complete = ended and k == 0 and p == 0
                    if complete or said_ >= 3 and not whole:
                        out.append((key, values, branches, complete))
    return out


# Saying it in the other language -----------------------------------------------------------------------------------------------


def quoted(text):
    """A text as a regular expression for Python and JavaScript alike; any space for any space."""
    text = re.sub(r"[.*+?^${}()|\[\]\\/]", r"\\\g<0>", even(text))
    text = re.sub("[\"'`>]", lambda found: f"\\x{ord(found[0]):02x}", text)  # these end a selector of Playwright's
    return re.sub(r"\s", r"\\s+", text)


def any_of(sources):
    sources = list(dict.fromkeys(sources))
    return sources[0] if len(sources) == 1 else f"(?:{'|'.join(sources)})"


def by_itself(language, written, value):
    """The regular expression of what needs no message: what is marked, a number, a day; else None."""
    if MARKED.fullmatch(value):
        return quoted(bare(value))
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+|\d+", value):
        digits = value.replace(",", "")
        return digits if len(digits) < 4 else r"[\s.,]?".join(([digits[:len(digits) % 3]] if len(digits) % 3 else []) + re.findall(r"\d{3}", digits[len(digits) % 3:]))
    if date := re.fullmatch(rf"(\d+) ({'|'.join(MONTHS[written])}) (\d{{4}})", value):
        return quoted(f"{date[1]} {MONTHS[language][MONTHS[written].index(date[2])]} {date[3]}")
    return None


def value_in(language, written, value, deep):
    """The regular expression of what fills a place, or None where nothing is known of it."""
    if one := by_itself(language, written, value):
        return one
    return any_of(whole) if deep < 2 and (whole := said_by_messages(language, written, value, True, deep + 1)) else None


def filled(parts, language, values, branches, number=None):
    """A parsed message as a regular expression; a place whose value is not known takes any."""
    out = ""
    for part in parts:
        kind, name = part["type"], part.get("value")
        if kind == LITERAL:
            out += quoted(name)
        elif kind in (SELECT, PLURAL):
            options = part["options"]
            chosen = branch(options, kind == PLURAL, values.get(name), branches.get(name))
            out += any_of([filled(options[one]["value"], language, values, branches, name if kind == PLURAL else number) for one in chosen])
        else:
            out += values.get(number if kind == POUND else name, "[^\\n]+?")
    return out


def branch(options, plural, value, chosen):
    """The names of the branches that may be read, in French's own plural."""
    if not plural:
        return [chosen] if chosen in options else list(options)
    if value is None or not re.fullmatch(r"\d+", value):
        value = {"=0": "0", "=1": "1", "one": "1"}.get(chosen)
    if value is None:
        return [one for one in options if one not in ("=0", "=1", "one")] if chosen == "other" else list(options)
    if f"={value}" in options:
        return [f"={value}"]
    return ["one"] if int(value) < 2 and "one" in options else ["other"]


def said_by_messages(language, written, text, whole, deep=0):
    """The regular expressions of the messages that say it: of those alone that say just this and nothing else, where there are any."""
    sources = {True: [], False: []}
    for key, values, branches, complete in found(written, text, whole):
        known = {name: value_in(language, written, value, deep) for name, value in values.items()}
        if None in known.values() or not letters(MARKED.sub("", text)):
            continue
        # A value that the text ends in may be longer than what is told of it.
        for name, value in values.items():
            if not complete and text.endswith(value):
                known[name] += "[^\\n]*?"
        sources[complete and not values].append(filled(messages()[language][key], language, known, branches))
    return list(dict.fromkeys(sources[True] or sources[False]))


def parts_of(text):
    """A sentence cut at what is the story's own, which no message has in itself."""
    return [one.strip() for one in re.split(f"({OPEN}[^{SHUT}]*{SHUT})", text) if one.strip()]


@functools.cache
def said(language, text, whole=False, written=WRITTEN):
    """The regular expression of what a text is in `language`; `whole`: it is all that stands there."""
    sources = []
    for piece in text.split(NEXT):
        piece = even(piece.strip())
        one = by_itself(language, written, piece)
        many = [one] if one else said_by_messages(language, written, piece, whole or NEXT in text)
        if not many and OPEN in piece and len(cut := parts_of(piece)) > 1:
            many = [r"\s*".join(said(language, part, False, written) for part in cut)]
        if not many:
            raise Unsaid(f"no message of the page says “{bare(piece)}”; what is the story's own is to be marked with as_is()")
        if len(many) > MOST:
            raise Unsaid(f"“{bare(piece)}” stands in {len(many)} messages of the page: say more of it")
        sources.append(any_of(many))
    return r"\s+".join(sources)


def words(language, text, whole=False):
    """What Page hands to the browser: in the language a story is written in the text itself, else the regular expression of it."""
    source = said(language, text, whole)
    if language == WRITTEN:
        return bare(text)
    return {"regex": f"^\\s*{source}\\s*$" if whole else source, "flags": "u"}


def one(language, text):
    """The one text that is all of a message, as a person types or compares it."""
    source = said(language, text, True)
    plain = re.sub(r"\\([^\w\s])", r"\1", re.sub(r"\\x(..)", lambda found: chr(int(found[1], 16)), source.replace(r"\s+", " ")))
    if quoted(plain) != source:
        raise Unsaid(f"what the page says for “{bare(text)}” is not one text: {source}")
    return plain
