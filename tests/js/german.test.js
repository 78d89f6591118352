// What the server says in so many words is German for a German reader: with this catalogue, not one made up for a test.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Catalogue } from "../../assets/js/core/catalogue.js";
import de from "../../assets/words/de.js";

const german = new Catalogue(de, (text) => text.replace(",", "'").replace(".", ","));

/** @type {[english: string, german: string][]} */
const SAID = [
  [
    "The embedded model's process died (SIGKILL), and its answers with it. Memory may have run out, " +
      "or loading took minutes: free some, or choose a smaller model.",
    "Der Prozess des eingebauten Modells ist gestorben (SIGKILL) und seine Antworten mit ihm. " +
      "Vielleicht fehlte Arbeitsspeicher, oder das Laden dauerte Minuten: Speicher freigeben oder ein " +
      "kleineres Modell wählen.",
  ],
  [
    "The embedded model is not on this machine and could not be fetched (the HuggingFace Hub: it " +
      "failed; pip: what came is not the file: it has 1,000 bytes instead of 98,000,000).",
    "Das eingebaute Modell ist nicht auf diesem Rechner und konnte nicht geholt werden (der " +
      "HuggingFace Hub: es ist fehlgeschlagen; pip: was kam, ist nicht die Datei: sie hat 1'000 Bytes " +
      "statt 98'000,000).",
  ],
  [
    "The model file /x/y.gguf is damaged: its SHA-256 is another one, so some of its contents have " +
      "changed. Looking for another copy.",
    "Die Modelldatei /x/y.gguf ist beschädigt: ihre SHA-256 ist eine andere, also hat sich ihr Inhalt" +
      " teilweise geändert. Eine andere Kopie wird gesucht.",
  ],
  [
    "q.gguf needs 1.5 GB more on the disk of /data, which has 0.2 GB free. Free some, or set " +
      "PLAYGROUND_DATA_DIR to a folder on another disk.",
    "q.gguf braucht noch 1,5 GB auf der Festplatte von /data; dort sind 0,2 GB frei. Platz schaffen " +
      "oder PLAYGROUND_DATA_DIR auf einen Ordner einer anderen Festplatte setzen.",
  ],
  [
    "minLength is no whole number from 0 upwards. Correct it.",
    "minLength ist keine ganze Zahl ab 0. Berichtigen.",
  ],
  ['"x" is no integer.', '"x" ist kein Wert vom Typ integer.'],
  ["It has 2 entries; at least 3 are wanted.", "Es hat 2 Einträge; mindestens 3 sind verlangt."],
  ["an object is no string.", "ein Objekt ist kein Wert vom Typ string."],
  [
    "Foo is not known here as a type. Use a type of Python, typing, datetime or pydantic, or paste " +
      "the class beside it.",
    "Foo ist hier nicht als Typ bekannt. Einen Typ aus Python, typing, datetime oder pydantic " +
      "verwenden oder die Klasse daneben einfügen.",
  ],
  [
    "There is no space left for the votes. Free some space on that disk. Until then the vote is kept " +
      "on the page.",
    "Es ist kein Platz mehr für the votes. Auf dieser Festplatte Platz schaffen. Bis dahin bleibt die" +
      " Stimme auf der Seite.",
  ],
  [
    "This is no curl command, no JSON, no link, and no Python that can be read. Paste a link, a curl " +
      "command, a JSON body or a Python call.",
    "Das ist kein curl-Befehl, kein JSON, kein Link und kein lesbares Python. Einen Link, einen " +
      "curl-Befehl, einen JSON-Body oder einen Python-Aufruf einfügen.",
  ],
  ["Fisher's exact test, p = 0.5", "exakter Test nach Fisher, p = 0,5"],
];

for (const [english, said] of SAID) {
  test(english, () => assert.equal(german.told(english), said));
}

test("a number that is code, and no figure for people, stays as it is", () => {
  const told = german.told("temperature is 2.5; allowed is a number from 0 to 2.");
  assert.match(told, /temperature ist 2\.5;/);
});
