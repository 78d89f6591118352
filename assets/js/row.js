// A parameter as one row: its real name, its control, its state, help on demand, and what is wrong with it.
//
// The component's value is the parameter's value; null or "" stands for unset, as Gradio hands it over.

import { CONTROLS } from "./controls.js";
import { el, uniqueId } from "./dom.js";
import { page } from "./page.js";
import { chip, inWords, truthList, truths } from "./truths.js";

const isSet = (value) => value !== null && value !== undefined && value !== "";

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export function mount({ element, props, watch }) {
  const labelId = uniqueId(props.name);
  const helpId = `${labelId}-help`;
  const help = el("p", { class: "help", id: helpId, hidden: true }, props.help);
  const name = el("button", {
    type: "button", class: "name", id: labelId, "aria-expanded": "false", "aria-controls": helpId,
    title: "what is this?",
    onclick: () => { help.hidden = !help.hidden; name.setAttribute("aria-expanded", String(!help.hidden)); },
  }, ...props.name.split(/(?<=\.)/).flatMap((part) => [part, el("wbr")]));
  const truthsId = `${labelId}-truths`;
  const details = el("dl", { class: "truths", id: truthsId, hidden: true });
  const state = el("button", { type: "button", class: "state", id: `${labelId}-state`, "aria-labelledby": `${labelId} ${labelId}-state`, "aria-expanded": "false", "aria-controls": truthsId, onclick: () => open(details.hidden) });
  const problem = el("p", { class: "problem", role: "alert", hidden: true });
  const unset = el("button", { type: "button", class: "unset", "aria-label": `unset ${props.name}`, title: "leave it to the server", onclick: () => row.set(undefined) }, "\u00d7");
  let typed = "";
  let shown;
  let known = {};

  const control = CONTROLS[props.kind.control]({ name: props.name, labelId, kind: props.kind, onchange });
  const body = el("div", { class: "pp-row" }, el("div", { class: "line" }, name, control.node, unset, state, control.below), details, help, problem);
  element.querySelector(".mount").append(body);

  function onchange(value, message = "") {
    typed = message;
    row.problem(message && `${props.name}: ${message}`);
    write(value);
    page.changed(row);
  }

  function write(value) {
    if (same(row.value(), value)) { paint(); return; }
    props.value = value ?? null;  // Gradio dispatches "change" by itself
    shown = row.value();
    paint();
  }

  function paint() {
    const given = row.value() !== undefined;
    body.classList.toggle("set", given);
    unset.disabled = !given && !typed;
    known = { support: known.support, probe: known.probe };
    say();
  }

  /** The word at the end of the row, and the sentences behind it. */
  function say() {
    const all = { ...known, name: props.name, given: row.value() !== undefined };
    const { word, tone } = chip(all);
    const found = truths(all);
    state.textContent = word;
    state.dataset.state = word;
    state.dataset.tone = tone;
    state.title = inWords(found);
    details.replaceChildren(...truthList(found));
  }

  function open(on) {
    details.hidden = !on;
    state.setAttribute("aria-expanded", String(on));
  }

  const row = {
    name: props.name,
    control,
    /** The value, or undefined when unset. */
    value: () => (isSet(props.value) ? props.value : undefined),
    /** Name and value in few characters, for the head of a folded group. */
    brief() {
      const text = JSON.stringify(row.value());
      return typeof row.value() === "object" ? props.name : `${props.name} ${text}`;
    },
    wrong: () => !problem.hidden,
    /** What was typed but cannot be read; Send is refused while there is some. */
    unreadable: () => typed,
    set(value) { typed = ""; row.problem(""); control.show(value); write(value); page.changed(row); },
    problem(text) {
      problem.textContent = text;
      problem.hidden = !text;
      body.classList.toggle("wrong", Boolean(text));
    },
    hint: (value) => control.hint(value),
    /** What is known of it before anything is sent: whether the model takes it, `{answer, why}`. */
    support(support) { known = { ...known, support }; say(); },
    /** What the probes have found of it at this model and server; nothing where they have not been run. */
    probed(probe) { known = { ...known, probe }; say(); },
    /** What would become of it: a line of the report. What the last answer has shown of this value stays. */
    foresee(line) { known = { ...known, line }; say(); },
    /** What became of it: its line of the report, and the evidence in the answer. */
    report(line, evidence) { known = { ...known, line, evidence }; say(); },
  };
  watch("value", () => {
    if (same(row.value(), shown)) return;  // our own value come back: what is being typed must stay
    shown = row.value();
    typed = "";
    row.problem("");
    control.show(shown);
    paint();
    page.changed(row);
  });
  shown = row.value();
  control.show(shown);
  control.hint(null);
  paint();
  page.addRow(row);
}
