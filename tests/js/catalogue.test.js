// A sentence is found whole, by its template or one by one; what stands in its holes is never touched.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Catalogue } from "../../assets/js/core/catalogue.js";

const NAMED = "{name} must be {allowed!t}.";
const SENTENCES = {
  "Send it.": "Abschicken.",
  "Unset it.": "Zurücksetzen.",
  "a number": "eine Zahl",
  "{who} said {what}": "{what}, sagte {who}",
  [NAMED]: "{name} muss {allowed!t} sein.",
  "temperature must be {allowed!t}.": "Temperatur: {allowed!t}.",
  "no {parameter} was sent to {host}, so {parameter} is unknown": "{parameter} ging nicht an {host}",
};
const plurals = Array.from({ length: 200 }, (_, n) => (n === 1 ? "0" : "1")).join("");
const told = Object.keys(SENTENCES).filter((each) => each.includes("{"));
const german = new Catalogue({
  plurals,
  messages: { ...SENTENCES, "{count} answer": ["{count} Antwort", "{count} Antworten"] },
  told,
});
const english = new Catalogue(null);

test("English is the key, and what is not known stays English", () => {
  assert.equal(english.text("Send it."), "Send it.");
  assert.equal(english.told("x must be a number."), "x must be a number.");
  assert.equal(german.text("Send it."), "Abschicken.");
  assert.equal(german.text("Nobody knows this."), "Nobody knows this.");
  assert.equal(german.told("Nobody knows this."), "Nobody knows this.");
  assert.equal(german.text("toString"), "toString");
  assert.equal(german.told("constructor"), "constructor");
});

test("a count takes the form of its number", () => {
  const counted = (/** @type {Catalogue} */ one, /** @type {number} */ n) =>
    one.counted("{count} answer", "{count} answers", n, { count: n });
  assert.deepEqual(
    [0, 1, 2, 1001].map((n) => counted(english, n)),
    ["0 answers", "1 answer", "2 answers", "1001 answers"],
  );
  assert.deepEqual(
    [0, 1, 2, 101, 1e9].map((n) => counted(german, n)),
    ["0 Antworten", "1 Antwort", "2 Antworten", "101 Antworten", "1000000000 Antworten"],
  );
  const polish = new Catalogue({
    plurals: Array.from({ length: 200 }, (_, n) =>
      n === 1 ? 0 : n % 10 > 1 && n % 10 < 5 && (n % 100 < 10 || n % 100 > 19) ? 1 : 2,
    ).join(""),
    messages: { "{count} answer": ["odpowiedź", "odpowiedzi", "odpowiedzi+"] },
    told: [],
  });
  assert.deepEqual(
    [1, 2, 5, 12, 22, 1022].map((n) => counted(polish, n)),
    ["odpowiedź", "odpowiedzi", "odpowiedzi+", "odpowiedzi+", "odpowiedzi", "odpowiedzi"],
  );
});

test("a sentence of the server is found by its template: the longest literal wins", () => {
  assert.equal(german.told("top_p must be a number."), "top_p muss eine Zahl sein.");
  assert.equal(german.told("temperature must be a number."), "Temperatur: eine Zahl.");
  assert.equal(german.told("Ann said Send it."), "Send it., sagte Ann"); // a hole that is not ours is left alone
});

test("of two holes in a row the second has it all", () => {
  const messages = {
    "Give a key{first}{then!t}": "Schlüssel angeben{first}{then!t}",
    "or wait": "oder warten",
  };
  const catalogue = new Catalogue({ plurals, messages, told: ["Give a key{first}{then!t}"] });
  assert.equal(catalogue.told("Give a key or wait"), "Schlüssel angeben oder warten");
});

test("several sentences in one are found one by one, with those between them as they are", () => {
  assert.equal(german.told("Send it. Or not. Unset it."), "Abschicken. Or not. Zurücksetzen.");
  assert.equal(german.told("Send it.\nUnset it."), "Abschicken.\nZurücksetzen.");
});

test("the reading that translates most wins: no short template swallows whole sentences", () => {
  const two = {
    "The model {model}: {error}": "Das Modell {model}: {error}",
    "The model runs here: no key.": "Es läuft hier.",
  };
  const catalogue = new Catalogue({
    plurals,
    messages: { ...SENTENCES, ...two },
    told: ["The model {model}: {error}"],
  });
  assert.equal(catalogue.told("The model runs here: no key. Send it."), "Es läuft hier. Abschicken.");
  assert.equal(catalogue.told("The model x: none."), "Das Modell x: none.");
});

test("what stands in a hole is no pattern, no template and no markup", () => {
  assert.equal(german.text("{who} said {what}", { who: "{what}", what: "$& $1" }), "$& $1, sagte {what}");
  assert.equal(german.told("<b>x</b> must be $&."), "<b>x</b> muss $& sein.");
  assert.equal(german.told("{name} must be {name}."), "{name} muss {name} sein.");
  assert.equal(german.told("<said>"), "<said>");
});

test("no text takes more than a walk over it, however odd", () => {
  const many = Object.fromEntries(
    Array.from({ length: 1000 }, (_, i) => [`{a} word${i} {b} of ${i} {c}.`, "x {a}{b}{c}"]),
  );
  const large = new Catalogue({ plurals, messages: many, told: Object.keys(many) });
  assert.equal(large.told(`${"word7 of 7 ".repeat(20_000)}`).length, 220_000);
  for (let i = 0; i < 10_000; i += 1) large.told(`it word${i % 500} x of ${i % 500} y.`);
});
