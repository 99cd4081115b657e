"""The manual pages hold every command and option that --help shows, in both languages, and completions offer them."""
import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases, Skip
from installation import BIN, ROOT

# Completion is asked for as a shell does: what stands before the cursor, and the last word of it.
BASH = """source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
compopt() { :; }
_rogatory; printf '%s\\n' "${COMPREPLY[@]}"
"""
# The real completion system, in a terminal of its own; what would be inserted is listed.
ZSH = """zmodload zsh/zpty
zpty -b z zsh -f -i
zpty -w z "PROMPT=; PS2=; fpath=($1 \\$fpath); autoload -Uz compinit; compinit -u -d $1/dump"
zpty -w z 'zstyle ":completion:*" list-prompt ""; zstyle ":completion:*" menu no; LISTMAX=10000; stty cols 200 rows 4000; echo REA""DY'
zpty -r -m z line '*READY*'
zpty -w -n z "$2"$'\\t\\t'
sleep $3
while zpty -r -t z line; do print -rn -- "$line"; done
zpty -d z
"""


LOCALES = {"en": "C.UTF-8", "fr": "fr_FR.UTF-8"}
# What heads a list that is none of commands: options, and what stands behind a command.
NO_COMMANDS = re.compile(r"Options|What stands behind|Ce qui suit")


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, **options)


@functools.lru_cache(maxsize=None)
def help_of(program, path, language="en"):
    done = run(BIN / program, *path, "--help", env={**os.environ, "LC_ALL": LOCALES[language]})
    assert done.returncode == 0, done.stderr
    return done.stdout


def verbs_in(text):
    """Names at the head of the lines of every list of commands; what a list of options or arguments has begins otherwise."""
    found, within = [], False
    for line in text.splitlines():
        if line.endswith(":") and not line.startswith(" "):
            within = not NO_COMMANDS.match(line)
        match = re.match(r"  ([a-z][a-z-]*)(?:  |$)", line)
        if within and match:
            found.append(match[1])
    return found


def places(program, path=(), language="en"):
    """Every command, as somebody finds them who asks --help again and again."""
    yield path
    for verb in verbs_in(help_of(program, path, language)):
        yield from places(program, (*path, verb), language)


def options_in(text):
    # At the head of a line of a list; what a sentence names is described elsewhere.
    return set(re.findall(r"^ {2,4}(?:-\w, ?)?(--[a-z][a-z-]*)", text, re.M))


def told(text):
    """What a --help says: (what the command does, {head of a line of a list: its text})."""
    about, found = " ".join(text.split("\n\n")[1].split()), {}
    for line in text.split("\n\n", 2)[2].splitlines():
        left, _, right = line.strip().partition("  ")
        if line.startswith(" " * 10):
            found[last] = f"{found[last]} {right or left}".strip()
        elif line.startswith("  "):
            last = re.match(r"[^ ,]*", left)[0] if not left.startswith("-h") else "--help"
            found[last] = right.strip()
    return about, found


def page(folder, name):
    # Rendered as a reader sees it, without marks of bold type.
    done = run("groff", "-man", "-Tutf8", "-P-c", "-P-b", "-P-u", "-rLL=200n", "-ww", "-Kutf8", folder / name)
    text = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout).replace("\u2010", "-")
    return text, done.stderr


def both_languages(cases):
    with cases.case("rogatoryd --help: the same commands and options in English and French, each with a text, and no text the same"):
        shown = list(places("rogatoryd"))
        assert shown == list(places("rogatoryd", language="fr")) and len(shown) > 20, shown
        for path in shown:
            english, french = (help_of("rogatoryd", path, language) for language in ("en", "fr"))
            assert options_in(english) == options_in(french), (path, options_in(english) ^ options_in(french))
            (about, rows), (about_fr, rows_fr) = told(english), told(french)
            assert about and about_fr and about != about_fr, (path, about)
            assert len(rows) == len(rows_fr) and all(rows.values()) and all(rows_fr.values()), (path, rows, rows_fr)
            same = [left for left, text in rows.items() if text == rows_fr.get(left)]
            assert not same, (path, same)
    with cases.case("rogatoryd tells wrong use in the operator's language"):
        for words in (["frobnicate"], ["check", "--frobnicate"], ["check"], ["check", "--config"], ["backup", "list"], ["mode", "--config", "x", "closed"]):
            english, french = (run(BIN / "rogatoryd", *words, env={**os.environ, "LC_ALL": locale}) for locale in LOCALES.values())
            assert english.returncode == french.returncode > 100 and not english.stdout and not french.stdout, (words, english, french)
            assert "For help: rogatoryd" in english.stderr and "Pour de l’aide\u00a0: rogatoryd" in french.stderr, (english.stderr, french.stderr)
            first = [text.splitlines()[0].split(":", 1)[1].strip() for text in (english.stderr, french.stderr)]
            assert all(first) and first[0] != first[1] and "required" not in first[1], first


    with cases.case("and so does rogatory"):
        for words, english, french in (
                (["audit", "--every", "soon"], "--every does not take this value.", "--every n’accepte pas cette valeur."),
                (["audit", "--every", "0"], "--every does not take this value.", "--every n’accepte pas cette valeur."),
                (["audit", "--syslog-ca", "x"], "--syslog-ca goes only with --syslog.", "--syslog-ca ne va qu’avec --syslog."),
                (["audit", "--out", "x", "--syslog", "y"], "--out and --syslog exclude each other.", "--out et --syslog s’excluent.")):
            for language, said in (("en", english), ("fr", french)):
                done = run(BIN / "rogatory", "--lang", language, *words)
                assert done.returncode == 2 and said in " ".join(done.stderr.split()), (words, done.stderr)


def manual(cases, folder):
    if not shutil.which("groff"):
        with cases.case("manual pages"):
            raise Skip("groff is not installed (deploy/install-dependencies --checks)")
        return
    with cases.case("deploy/manual writes the pages"):
        done = run(ROOT / "deploy/manual", BIN, folder / "man")
        assert done.returncode == 0, done.stderr
    for program, name in (("rogatory", "man1/rogatory.1"), ("rogatory", "fr/man1/rogatory.1"), ("rogatoryd", "man8/rogatoryd.8"),
                          ("rogatoryd", "fr/man8/rogatoryd.8")):
        with cases.case(f"{name}: every command and option of {program} --help is there, and groff has nothing to say"):
            text, complaints = page(folder / "man", name)
            assert not complaints, complaints
            shown = list(places(program))
            assert len(shown) > (8 if program == "rogatoryd" else 150), len(shown)
            starts = [" ".join(line.split()) for line in text.splitlines()]
            for path in shown[1:]:
                title = " ".join((program, *path))
                at = [i for i, line in enumerate(starts) if line == title or line.startswith(title + " ")]
                assert at, f"no section for {title}"
                end = next((i for i in range(at[0] + 1, len(starts)) if starts[i].startswith(program + " ")), len(starts))
                missing = [one for one in options_in(help_of(program, path)) - {"--help"} if not re.search(rf"(?<![\w-]){one}(?![\w-])", " ".join(starts[at[0]:end]))]
                assert not missing, (title, missing)
                if program == "rogatoryd":
                    text_of = help_of(program, path, "fr" if name.startswith("fr/") else "en")
                    about, rows = told(text_of)
                    # A command below it has a section of its own.
                    elsewhere = {"--help", *verbs_in(text_of)}
                    said = " ".join(starts[at[0]:end])
                    missing = [one for one in (about, *(text for left, text in rows.items() if left not in elsewhere)) if " ".join(one.split()) not in said]
                    assert not missing, (title, missing)
            missing = [one for one in options_in(help_of(program, ())) if one not in text and one != "--help"]
            assert not missing, missing


CASES = [
    # what was typed, what must be offered, what must not
    (["rogatory", ""], {"send", "get", "request", "admin", "age"}, {"completions", "list", "keeper"}),
    (["rogatory", "requ"], {"request"}, {"send"}),
    (["rogatory", "request", ""], {"send", "list", "reply", "version"}, {"get", "enrol"}),
    (["rogatory", "--lang", "fr", "request", "li"], {"list", "link"}, {"send"}),
    (["rogatory", "get", "latest", "--a"], {"--after", "--as"}, {"--out"}),
    (["rogatory", "--lang", ""], {"en", "fr"}, {"send"}),
    (["rogatory", "send", "--title", "request", "--to", "SEN", "--"], {"--title", "--caveat"}, {"--part"}),
]


def completions(cases, folder):
    written = {}
    for shell in ("bash", "zsh", "fish"):
        with cases.case(f"rogatory completions {shell} knows every command"):
            done = run(BIN / "rogatory", "--lang", "en", "completions", shell)
            assert done.returncode == 0, done.stderr
            written[shell] = done.stdout
            missing = [" ".join(path) for path in places("rogatory") if " ".join(path) not in done.stdout]
            assert not missing, missing
    with cases.case("another shell is refused"):
        assert run(BIN / "rogatory", "completions", "powershell").returncode == 2
    (folder / "bash").write_text(written["bash"])
    (folder / "trial").mkdir()
    (folder / "trial/a file.txt").write_text("")
    (folder / "trial/folder").mkdir()

    def bash(words):
        done = run("bash", "-c", BASH, "bash", folder / "bash", *words, cwd=folder / "trial")
        assert done.returncode == 0 and not done.stderr, done.stderr
        return set(done.stdout.splitlines())

    with cases.case("bash offers what may follow, and no more"):
        for words, offered, never in CASES:
            got = bash(words)
            assert offered <= got and not never & got, (words, got)
    with cases.case("bash offers files and folders where they belong"):
        assert bash(["rogatory", "get", "x", "--out", ""]) == {"folder"}
        assert bash(["rogatory", "send", ""]) >= {"a file.txt", "folder"}
        assert bash(["rogatory", "--passphrase-file", "=", "a"]) == {"a file.txt"}, bash(["rogatory", "--passphrase-file", "=", "a"])
        assert bash(["rogatory", "send", "--title", ""]) == {""}
    with cases.case("fish offers the same"):
        if not shutil.which("fish"):
            raise Skip("fish is not installed (deploy/install-dependencies --checks)")
        (folder / "rogatory.fish").write_text(written["fish"])
        for words, offered, never in CASES:
            done = run("fish", "--no-config", "-c", f"source {folder}/rogatory.fish; complete -C {shell_word(' '.join(words))}", cwd=folder / "trial",
                       env={**os.environ, "HOME": str(folder)})
            got = {line.split("\t")[0] for line in done.stdout.splitlines()}
            assert done.returncode == 0 and offered <= got and not never & got, (words, got, done.stderr)
    with cases.case("zsh offers the same"):
        if not shutil.which("zsh"):
            raise Skip("zsh is not installed (deploy/install-dependencies --checks)")
        (folder / "zsh").mkdir()
        (folder / "zsh/_rogatory").write_text(written["zsh"])

        def zsh(words, seconds, offered):
            """(what it printed, the words in it, those of `offered` that it inserted): one candidate alone then stands behind what was typed."""
            done = run("zsh", "-f", "-c", ZSH, "zsh", folder / "zsh", " ".join(words), seconds, cwd=folder / "trial", env={**os.environ, "HOME": str(folder), "TERM": "dumb"})
            got = set(re.findall(r"(?:^|\s)(-{0,2}[a-z][a-z-]*)(?=\s|$)", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", " ", done.stdout)))
            return done.stdout, got, {word for word in offered if done.stdout.rstrip().endswith(word)}

        for words, offered, never in CASES:
            # It does not say when it has offered all: where this machine is busy, it is given longer.
            for seconds in (1.5, 6, 24):
                shown, got, inserted = zsh(words, seconds, offered)
                if offered <= got | inserted:
                    break
            assert offered <= got | inserted, (words, offered - got, shown[-2000:])
            # One candidate alone is inserted by the first tab, and the second one is about what may follow it.
            assert len(offered) == 1 or not never & got, (words, never & got)


def shell_word(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def main():
    cases = Cases("packaging_manual")
    with tempfile.TemporaryDirectory(prefix="rogatory-manual-") as name:
        folder = pathlib.Path(name)
        both_languages(cases)
        manual(cases, folder)
        completions(cases, folder)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
