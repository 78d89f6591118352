// The switch at response_format and tools: whether the server must keep to the schema (OpenAI's `strict`).
//
// On is how it begins, and stands in no value: strict is then sent where the kind of server knows it, and the
// report says what was changed for it. Off is `strict: false`, in OpenAI's own form.

import { el } from "../../core/dom.js";
import { t } from "../../core/words.js";

/**
 * How a value is read and turned: `off` counts what is not strict in it, and how many that could be; `turned`
 * is the other value, `kept` an edited one.
 * @typedef {object} Strictness
 * @property {(value: any) => [off: number, all: number]} off
 * @property {(value: any, on: boolean) => any} turned
 * @property {(value: any, on: boolean) => any} kept
 */

const TITLE = t(
  "On: the server must keep to the schema. It is sent where the kind of server knows it, the schema brought into " +
    "OpenAI's strict subset; the report says how. Off: strict is false, and the schema goes as it is.",
);
const PLAIN = ["text", "json_object", "regex", "grammar", "structural_tag"];

/**
 * @param {string} name
 * @param {Strictness} how
 * @param {(value: any) => void} onturn
 */
export function strictSwitch(name, how, onturn) {
  const box = el("input", { type: "checkbox", "aria-label": t("{name} strict", { name }) });
  const node = el("label", { class: "strict", title: TITLE, hidden: true }, box, t("strict"));
  /** @type {any} */
  let value;
  let on = true;
  box.addEventListener("change", () => onturn(how.turned(value, box.checked)));
  return {
    node,
    /** @param {any} given */
    show(given) {
      value = given;
      const [off, all] = value === undefined ? [0, 0] : how.off(value);
      node.hidden = all === 0;
      if (all) on = off < all;
      box.checked = off === 0;
      box.indeterminate = off > 0 && off < all;
    },
    /**
     * An edited value, which is as strict as the one before where it does not say.
     * @param {any} edited
     */
    kept: (edited) => (edited === undefined ? edited : how.kept(edited, on)),
  };
}

/**
 * The schema within OpenAI's form, or TGI's, which has it under `value`.
 * @param {any} value
 */
export const schemaOf = (value) =>
  value?.json_schema?.schema ?? ((/^json(_object)?$/.test(value?.type) && value.value) || value);

/** @type {Strictness} */
export const strictFormat = {
  off: (value) => [
    Number(value.json_schema?.strict === false),
    Number(schemaOf(value) !== value || !PLAIN.includes(value.type)),
  ],
  turned(value, on) {
    const { strict, ...named } = value.json_schema ?? { schema: schemaOf(value) };
    if (!on) {
      const around = value.json_schema ? value : {};
      return { ...around, type: "json_schema", json_schema: { ...named, strict: false } };
    }
    const alone = Object.keys(named).length === 1 && "schema" in named;
    return alone ? named.schema : { ...value, json_schema: named };
  },
  kept: (value, on) =>
    on || value.json_schema || strictFormat.off(value)[1] === 0 ? value : strictFormat.turned(value, false),
};

/** @param {any} tools */
const able = (tools) => (Array.isArray(tools) ? tools.filter((tool) => tool?.function) : []);

/** @type {Strictness} */
export const strictTools = {
  off: (tools) => [able(tools).filter((tool) => tool.function.strict === false).length, able(tools).length],
  turned: (tools, on) =>
    tools.map((/** @type {any} */ tool) => {
      if (!tool?.function) return tool;
      const { strict, ...rest } = tool.function;
      return { ...tool, function: on ? rest : { ...rest, strict: false } };
    }),
  kept: (tools) => tools,
};
