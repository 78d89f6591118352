"""The page's sentences for translators: a template out of the code, and each catalogue as the browser loads it.

Kept apart from the other generated files because translators change these too: a catalogue that is broken is refused
here, with its file and line, and never reaches a page.
"""

from __future__ import annotations

import gettext
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import polib

from tools.sentences import Sentence, python_sentences, script_sentences

CATALOGUES: Final = "playground/words"
TEMPLATE: Final = f"{CATALOGUES}/messages.pot"
SERVED: Final = "assets/words"
HOLE: Final = re.compile(r"\{(\w+(?:![tn])?)\}")

_NUMBERS: Final = 200
"""So many numbers have their form written out; no language's rule tells larger ones apart by more than two digits."""
_HEADER: Final = {
    "Project-Id-Version": "Parameter Playground",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
_PLURALS: Final = re.compile(r"nplurals\s*=\s*(\d+)\s*;\s*plural\s*=\s*([^;]+)")
_LINE: Final = re.compile(r'\s*|#.*|(msg(ctxt|id|id_plural|str(\[\d+\])?)\s+)?"([^"\\]|\\.)*"\s*')


class BrokenCatalogue(SystemExit):
    """A catalogue cannot be used: its file, the line, and what to do."""


@cache
def sentences(root: Path) -> tuple[Sentence, ...]:
    """Every sentence that the page can show, in the order of the files that it stands in."""
    found: dict[str, Sentence] = {}
    for sentence in (*script_sentences(root), *python_sentences(root)):
        before = found.get(sentence.text)
        found[sentence.text] = before.also(sentence) if before else sentence
    return tuple(found.values())


def generated(root: Path) -> dict[Path, str]:
    """The template, every catalogue with the sentences that there are now, and what the browser loads of it."""
    all_of_them = sentences(root)
    files = {root / TEMPLATE: template(all_of_them)}
    for path in sorted((root / CATALOGUES).glob("*.po")):
        catalogue = brought_up(path, all_of_them)
        files[path] = str(catalogue) + "\n"
        files[root / SERVED / f"{path.stem}.js"] = script(catalogue, path, all_of_them)
    return files


def template(found: Iterable[Sentence]) -> str:
    """messages.pot."""
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = {**_HEADER, "Plural-Forms": "nplurals=2; plural=(n != 1);"}
    catalogue.extend(_entry(sentence) for sentence in found)
    return str(catalogue) + "\n"


def brought_up(path: Path, found: Iterable[Sentence]) -> polib.POFile:
    """A catalogue with the sentences of today: what is new is empty, and what is gone is left out."""
    before = read(path)
    translated = {entry.msgid: entry for entry in before}
    after = polib.POFile(wrapwidth=0)
    after.header, after.metadata = before.header, before.metadata
    for sentence in found:
        entry = _entry(sentence)
        if old := translated.get(sentence.text):
            entry.msgstr, entry.flags, entry.tcomment = old.msgstr, old.flags, old.tcomment
            if bool(old.msgid_plural) == bool(entry.msgid_plural):
                entry.msgstr_plural = old.msgstr_plural
        after.append(entry)
    return after


def read(path: Path) -> polib.POFile:
    """A catalogue, whole and right. Raises BrokenCatalogue."""
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        if not _LINE.fullmatch(line):  # polib reads over a quote that is missing, and loses a letter
            raise BrokenCatalogue(
                f"{path}:{number}: this is no line of a catalogue. Mend it, then run make docs."
            )
    try:
        catalogue = polib.pofile(str(path), wrapwidth=0, check_for_duplicates=True, encoding="utf-8")
    except (OSError, ValueError, UnicodeDecodeError) as error:
        raise BrokenCatalogue(f"{path} cannot be read: {error}. Mend it, then run make docs.") from None
    for problem in problems(catalogue):
        raise BrokenCatalogue(f"{path}:{problem} Mend it, then run make docs.")
    return catalogue


def problems(catalogue: polib.POFile) -> Iterator[str]:
    """What is wrong with a catalogue, each after the line that it stands in."""
    declared = _PLURALS.search(catalogue.metadata.get("Plural-Forms", ""))
    if not declared:
        yield "1: its head has no Plural-Forms, such as nplurals=2; plural=(n != 1);."
        return
    forms = int(declared[1])
    try:
        rule = gettext.c2py(declared[2])
        beyond = [n for n in range(_NUMBERS) if not 0 <= rule(n) < forms]
    except (ValueError, ZeroDivisionError) as error:
        yield f"1: its Plural-Forms cannot be read ({error})."
        return
    if beyond:
        yield f"1: its Plural-Forms give {beyond[0]} a form that is not among its {forms}."
    for entry in catalogue:
        yield from (f"{entry.linenum}: {problem}" for problem in _wrong(entry, forms))


def _wrong(entry: polib.POEntry, forms: int) -> Iterator[str]:
    said = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not any(said):
        return
    if entry.msgid_plural and (len(said) != forms or not all(said)):
        yield f"“{entry.msgid}” needs {forms} forms, and has {sum(map(bool, said))}."
    allowed = set(HOLE.findall(entry.msgid)) | set(HOLE.findall(entry.msgid_plural))
    for text in filter(None, said):
        if (text[0].isspace(), text[-1].isspace()) != (entry.msgid[0].isspace(), entry.msgid[-1].isspace()):
            yield f"“{entry.msgid}” has a space at its beginning or end that its translation has not, or the reverse."
        holes = set(HOLE.findall(text))
        if unknown := holes - allowed:
            yield f"{{{min(unknown)}}} is no hole of “{entry.msgid}”; it has {_listed(allowed)}."
        elif not entry.msgid_plural and (missing := allowed - holes):
            yield f"{{{min(missing)}}} of “{entry.msgid}” is missing in its translation."


def _listed(holes: Iterable[str]) -> str:
    return ", ".join(f"{{{hole}}}" for hole in sorted(holes)) or "none"


def script(catalogue: polib.POFile, path: Path, found: Iterable[Sentence]) -> str:
    """The module that a browser loads for this language. What is fuzzy is not taken."""
    messages: dict[str, str | list[str]] = {}
    for entry in catalogue:
        if not entry.translated() or entry.fuzzy:
            continue
        forms = [entry.msgstr_plural[number] for number in sorted(entry.msgstr_plural)]
        messages[entry.msgid] = forms if entry.msgid_plural else entry.msgstr
    told = [
        each.text for each in found if each.from_server and HOLE.search(each.text) and each.text in messages
    ]
    head = f"// What the page says in another language: written from {CATALOGUES}/{path.name} by `make docs`."
    parts = (("plurals", plural_digits(catalogue)), ("messages", messages), ("told", told))
    body = ",\n".join(f"{name}: {json.dumps(value, ensure_ascii=False, indent=0)}" for name, value in parts)
    return f"{head}\nexport default {{\n{body},\n}};\n"


def plural_digits(catalogue: polib.POFile) -> str:
    """For each number from 0 the digit of its form: the rule itself stays here, and no browser runs it."""
    declared = _PLURALS.search(catalogue.metadata["Plural-Forms"])
    assert declared, "problems() has seen to it"
    rule = gettext.c2py(declared[2])
    return "".join(str(rule(number)) for number in range(_NUMBERS))


def _entry(sentence: Sentence) -> polib.POEntry:
    entry = polib.POEntry(msgid=sentence.text, occurrences=[(file, "") for file in sentence.files])
    if sentence.many:
        entry.msgid_plural = sentence.many
        entry.msgstr_plural = {0: "", 1: ""}
    return entry
