// What the page makes of the pairs of answers on stdin, as JSON: tests/web/test_contract.py holds it against Python.

import { lackOf, withoutChoice } from "../../assets/js/votes/visible_text.js";

/** @import { Answer } from "../../assets/js/types" */

let text = "";
for await (const piece of process.stdin) text += piece;
/** @type {Answer[][]} */
const pairs = JSON.parse(text);
const made = pairs.map((pair) => ({
  lacks: pair.map((answer) => lackOf(answer) !== ""),
  context: withoutChoice(pair),
}));
process.stdout.write(JSON.stringify(made));
