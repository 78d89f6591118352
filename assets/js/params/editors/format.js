// The editor of response_format: paste Pydantic classes or a JSON Schema, or fill a form.

import { el } from "../../core/dom.js";
import { t } from "../../core/words.js";
import { asSent } from "./as_sent.js";
import { editorControl, picker, questionButton } from "./opening.js";
import { ShapeEditor, theShelf } from "./shape.js";
import { schemaOf, strictFormat } from "./strict.js";

/** @import { Control, ControlSpec } from "../../types" */
/** @import { Change } from "./opening.js" */

/**
 * What is set is named by the server, which alone knows where in a value the schema is.
 * @param {ControlSpec} spec
 * @returns {Control}
 */
export function formatControl(spec) {
  // What the value was made from: the source as it was typed, and the class that was chosen.
  /** @type {{written?: import("./shape.js").Written, of?: string}} */
  let kept = {};
  /** @type {any} */
  let shelf;
  let named = "";

  /**
   * @param {any} value
   * @param {Change} change
   */
  async function make(value, change) {
    shelf = await theShelf();
    const editor = new ShapeEditor({
      types: shelf.row_types,
      onchange(made, problem, written) {
        kept = written === undefined ? {} : { written, of: JSON.stringify(schemaOf(made)) };
        change(made, problem);
      },
    });
    const same = kept.of !== undefined && kept.of === JSON.stringify(schemaOf(value));
    editor.show(value, same ? kept.written : undefined);
    return editor;
  }

  /** @param {ShapeEditor} editor */
  function dress(editor) {
    const hint = el("p", { class: "fine" });
    const take = (/** @type {number} */ at) => {
      const { source, shows, question } = shelf.formats[at];
      editor.take(source);
      hint.replaceChildren(`${shows} `, questionButton(question));
    };
    return {
      about: t("The shape that the answer must have."),
      tools: [picker(t("ready examples"), shelf.formats, take)],
      above: [hint],
      side: asSent(spec.name),
    };
  }

  const control = editorControl(spec, {
    brief: () => named || "JSON Schema",
    make,
    dress,
    strict: strictFormat,
  });
  return {
    ...control,
    summarise(text) {
      named = text;
      control.summarise?.(text);
    },
  };
}
