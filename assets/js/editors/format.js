// The editor of response_format: paste Pydantic classes or a JSON Schema, or fill a form.

import { el } from "../dom.js";
import { asSent } from "./as_sent.js";
import { editorControl, picker, questionButton } from "./opening.js";
import { ShapeEditor, theShelf } from "./shape.js";

/** The schema within OpenAI's form, or TGI's, which has it under `value`. */
const schemaOf = (value) => value?.json_schema?.schema ?? ((/^json(_object)?$/.test(value?.type) && value.value) || value);

function brief(value) {
  const schema = schemaOf(value);
  if (schema === value && (value.type === "json_object" || value.type === "text")) return value.type;
  const count = Object.keys(schema.properties ?? {}).length;
  return `${schema.title ?? value.json_schema?.name ?? "JSON Schema"}${count ? `, ${count} ${count === 1 ? "property" : "properties"}` : ""}`;
}

export function formatControl(spec) {
  let kept = {};  // what the value was made from: the source as it was typed, and the class that was chosen
  let shelf;

  async function make(value, change) {
    shelf = await theShelf();
    const editor = new ShapeEditor({
      types: shelf.row_types,
      onchange(made, problem, written) {
        kept = written === undefined ? {} : { written, of: JSON.stringify(made) };
        change(made, problem);
      },
    });
    editor.show(value, kept.of !== undefined && kept.of === JSON.stringify(value) ? kept.written : undefined);
    return editor;
  }

  function dress(editor) {
    const hint = el("p", { class: "fine" });
    const take = (at) => {
      const { source, shows, question } = shelf.formats[at];
      editor.tabs.pick("source");
      editor.source.set(source);
      editor.edited("source", { source });
      editor.later.now();
      hint.replaceChildren(`${shows} `, questionButton(question));
    };
    return { about: "The shape that the answer must have.", tools: [picker("ready examples", shelf.formats, take)], above: [hint], side: asSent(spec.name) };
  }

  return editorControl(spec, { brief, make, dress });
}
