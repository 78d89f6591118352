"""What translators are given is whole, and a catalogue that is broken is refused with its file and line.

That the template and what browsers load are up to date, the tests of generated files say.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polib
import pytest

from playground import errors
from tools import words
from tools.sentences import Sentence, all_parts, script_sentences, speaking, texts

ROOT = Path(__file__).parents[2]
GERMAN = ROOT / words.CATALOGUES / "de.po"
HEAD = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def test_german_is_whole() -> None:
    """Every sentence has its German: who adds one adds both."""
    missing = [entry.msgid for entry in polib.pofile(str(GERMAN)) if not entry.translated() or entry.fuzzy]
    assert not missing, f"translate in {words.CATALOGUES}/de.po, then run make docs: {missing[:5]}"


SAYS: Final = {
    name
    for name, kind in inspect.getmembers(errors, inspect.isclass)
    if kind
    not in (errors.SettingsError, errors.CannotListen)  # those are read in a terminal, before there is a page
} | {
    *(
        "SchemaProblem",
        "Violation",
        "Mistake",
        "NotASetup",
        "BrokenFile",
        "Withhold",
        "_NotFetched",
        "_Unshown",
    ),
    *("problem", "note", "_problem", "_lost"),  # how remarks on schemas and pasted classes are made
}
SPEAKS: Final = re.compile(r"[A-Za-z]{2}")
WHOLE: Final = frozenset(
    (
        "{keyword} is {fault}.",
        "{name} is {fault}.",
        "{repository} has {what}.",
        "{reference} {where}.",
        "message {place}, part {part}: {fault}",
    )
)  # each with every word that can stand there is a sentence of its own


def without_marks(text: str) -> str:
    """The sentence with its holes as they are, whatever they hold."""
    return re.sub(r"\{(\w+)![tn]\}", r"{\1}", text)


def said_by_errors(root: Path) -> Iterator[tuple[str, str]]:
    """What every error, problem and remark is made with that the page can come to show, each with its file."""
    for name in sorted(speaking(root)):
        for node in ast.walk(ast.parse((root / name).read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", getattr(node.func, "id", "")) in SAYS
            ):
                for value in (*node.args, *(keyword.value for keyword in node.keywords)):
                    for text in texts(ast.Expression(value), Path(name).stem):
                        yield from ((name, part) for part in all_parts(text))


def test_no_error_is_left_out() -> None:
    """What an error or a remark says is a sentence for translators, however short or oddly written it is."""
    known = {without_marks(each.text) for each in words.sentences(ROOT)} | WHOLE
    left = [
        (name, part)
        for name, part in said_by_errors(ROOT)
        if " " in part and SPEAKS.search(words.HOLE.sub("", part)) and without_marks(part) not in known
    ]
    assert not left, f"put these into ALONE of tools/sentences.py: {left}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + 'msgid "a"\nmsgstr "b\n', ":7: this is no line of a catalogue"),
        (HEAD + 'msgid "{name} is"\nmsgstr "ist"\n', r":6: \{name\} of “\{name\} is” is missing"),
        (HEAD + 'msgid "{name} is"\nmsgstr "{nmae} ist"\n', r":6: \{nmae\} is no hole of .* it has \{name\}"),
        (HEAD + 'msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', "already exists"),
        (
            HEAD + 'msgid "one"\nmsgid_plural "many"\nmsgstr[0] "eins"\n',
            ":6: “one” needs 2 forms, and has 1",
        ),
        (HEAD + 'msgid " a"\nmsgstr "b"\n', ":6: “ a” has a space at its beginning or end"),
        (HEAD.replace("(n != 1)", "(n !="), ":1: its Plural-Forms cannot be read"),
        (HEAD.replace("nplurals=2", "nplurals=1"), ":1: its Plural-Forms give 0 a form"),
        ('msgid "a"\nmsgstr "b"\n', ":1: its head has no Plural-Forms"),
    ],
)
def test_a_broken_catalogue_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """With its file, the line, and what is wrong there."""
    path = tmp_path / "xx.po"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(words.BrokenCatalogue, match=said) as refusal:
        words.read(path)
    assert str(path) in str(refusal.value)


def test_a_new_language_needs_no_code(tmp_path: Path) -> None:
    """messages.pot under another name is offered as it is: what is not translated stays English, and is left out."""
    scripts = tmp_path / "assets" / "js"
    scripts.mkdir(parents=True)
    (scripts / "a.js").write_text(
        'el("p", {}, t("Send " +\n  "it."));\ntn("{count} word", "{count} words", count);\ntranslated(t);\n'
    )
    folder = tmp_path / words.CATALOGUES
    folder.mkdir(parents=True)
    found = tuple(script_sentences(tmp_path))
    assert [(each.text, each.many) for each in found] == [("Send it.", ""), ("{count} word", "{count} words")]
    path = folder / "fr.po"
    path.write_text(
        words.template(found).replace('msgid "Send it."\nmsgstr ""', 'msgid "Send it."\nmsgstr "Envoyer."')
    )
    catalogue = words.brought_up(path, found)
    assert '"Send it.": "Envoyer."' in words.script(catalogue, path, found)
    assert "{count}" not in words.script(catalogue, path, found)
    assert words.plural_digits(catalogue)[:4] == "1011"


def test_a_catalogue_follows_the_code(tmp_path: Path) -> None:
    """What is new stands there empty, what is gone is left out, and what was translated stays."""
    path = tmp_path / "xx.po"
    path.write_text(HEAD + 'msgid "old"\nmsgstr "alt"\n\nmsgid "kept"\nmsgstr "bleibt"\n', encoding="utf-8")
    found = [Sentence("new", ("a.js",)), Sentence("kept", ("a.js",))]
    assert [(entry.msgid, entry.msgstr) for entry in words.brought_up(path, found)] == [
        ("new", ""),
        ("kept", "bleibt"),
    ]
