// The functions that a model asks to have called: as they grow, what is wrong with them, and what they return.

import { remarkList } from "./editors/opening.js";
import { el } from "./dom.js";
import { Pace } from "./pace.js";
import { partialJson } from "./partial_json.js";
import { post } from "./stream.js";

/** Ids that differ, as structured/calls.py gives them: a result is put to its call by the id alone. */
export function withIds(calls) {
  const taken = new Set();
  return calls.map((call, place) => {
    let id = call.id || `call_${place}`;
    while (taken.has(id)) id = `${id}_${place}`;
    taken.add(id);
    return { ...call, id };
  });
}

const asText = (value) => (typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value));

/** The calls of a message, whatever was typed or pasted there, each as {id, name, arguments} in texts. */
export function callsOf(toolCalls) {
  const list = Array.isArray(toolCalls) ? toolCalls : [];
  return list.map((call) => ({ id: asText(call?.id), name: asText(call?.function?.name), arguments: asText(call?.function?.arguments) }));
}

export class CallsView {
  constructor() {
    this.list = el("div", {});
    this.foot = el("div", { class: "call-foot", hidden: true });
    this.node = el("div", { class: "calls" }, this.list, this.foot);
    this.parts = [];
  }

  /** Shows a call as far as it has come. */
  paint(position, { name, arguments: args }) {
    const part = (this.parts[position] ??= this.part());
    part.name.textContent = name;
    part.pace.run(() => {
      const so = partialJson(args);
      part.args.textContent = so.has && typeof so.value === "object" ? so.text : args;
      part.node.classList.toggle("whole", so.whole === true);
    });
  }

  part() {
    const part = { pace: new Pace(), name: el("span", { class: "function" }), args: el("code", { class: "arguments" }), said: el("div", {}), result: el("div", { class: "result" }) };
    part.node = el("div", { class: "call" }, part.name, part.args, part.said, part.result);
    this.list.append(part.node);
    return part;
  }

  /** What is wrong with each call, with its path; nothing where it fits its schema. */
  judge(rows) {
    rows.forEach((row, place) => {
      const remarks = row.problems.map(({ place: where, what }) => ({ text: what, pointer: where === "the answer" ? "" : where }));
      const fine = !remarks.length && (row.gave_up ? el("span", { class: "misfit" }, `not checked: ${row.gave_up}`) : el("span", { class: "fits" }, "arguments fit the schema"));
      this.parts[place]?.said.replaceChildren(...[fine || remarkList(remarks, "bad")]);
    });
  }

  /** Takes the results, by hand or from built-in functions; `onsend([{id, content}])` goes on with them. */
  offer(calls, rows, choice, onsend) {
    const boxes = calls.map((call, place) => this.resultBox(call, rows[place], place));
    const send = el("button", { type: "button", class: "main-act", onclick: () => onsend(calls.map(({ id }, place) => ({ id, content: boxes[place].value }))) }, calls.length > 1 ? "Send results" : "Send result");
    this.foot.replaceChildren(send, choice ? el("span", { class: "fine" }, choice.text, " ", el("button", { type: "button", class: "plain-act", onclick: choice.act }, choice.verb)) : "");
    this.foot.hidden = false;
  }

  resultBox(call, row, place) {
    const { name } = call;
    const box = el("textarea", { rows: 2, "aria-label": `result of ${name}`, placeholder: `what ${name} returns`, value: row?.refusal ?? "" });
    const run = el("button", { type: "button", class: "plain-act", onclick: async () => {
      const response = await post("playground/call", call).catch(() => null);
      box.value = response?.ok ? (await response.json()).text : "";
      if (!response?.ok) box.placeholder = "It was not run: this page has lost its own server. Type the result.";
    } }, `let the built-in ${name} answer`);
    this.parts[place]?.result.replaceChildren(...[box, row?.built_in && run].filter(Boolean));
    return box;
  }

  /** The results have been sent, or another turn has come. */
  close() {
    this.foot.hidden = true;
    for (const part of this.parts) part.result.replaceChildren();
  }
}
