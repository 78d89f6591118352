// The editor of response_format: paste Pydantic classes or a JSON Schema, or fill a form.

import { el } from "../dom.js";
import { asSent } from "./as_sent.js";
import { openEditor, openerControl, questionButton } from "./opening.js";
import { ShapeEditor, theShelf } from "./shape.js";

const schemaOf = (value) => value?.json_schema?.schema ?? value;

function brief(value) {
  const schema = schemaOf(value);
  if (value.type === "json_object" || value.type === "text") return value.type;
  const count = Object.keys(schema.properties ?? {}).length;
  return `${schema.title ?? value.json_schema?.name ?? "JSON Schema"}${count ? `, ${count} ${count === 1 ? "property" : "properties"}` : ""}`;
}

export function formatControl(spec) {
  let current;
  let kept = {};  // the source that the value was made from, as it was typed
  const opener = openerControl(spec, { brief, open });

  function change(value, problem, source) {
    kept = source === undefined ? {} : { source, of: JSON.stringify(value) };
    current = value;
    opener.show(value);
    spec.onchange(value, problem);
  }

  async function open() {
    const shelf = await theShelf();
    const editor = new ShapeEditor({ types: shelf.row_types, onchange: change });
    const sent = asSent(spec.name);
    const examples = el("select", { "aria-label": "ready examples", onchange: () => take(shelf.formats[examples.value]) },
      el("option", { value: "", selected: true }, "ready examples"), ...shelf.formats.map((example, i) => el("option", { value: i, title: example.shows }, example.title)));
    const question = el("p", { class: "fine" });
    function take(example) {
      if (!example) return;
      editor.tabs.pick("source");
      editor.source.set(example.source);
      editor.edited("source", { source: example.source });
      editor.later.now();
      question.replaceChildren(`${example.shows} `, questionButton(example.question, () => dialog.close()));
    }
    const dialog = openEditor({
      title: spec.name, about: "The shape that the answer must have.", tools: [examples],
      body: [el("div", { class: "editor-main" }, question, editor.node), sent.node], onclose: sent.stop,
    });
    await editor.show(current, kept.of === JSON.stringify(current) ? kept.source : undefined);
  }

  return { ...opener, show(value) { current = value; opener.show(value); } };
}
