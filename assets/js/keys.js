// The keys for this visit, one field for each provider, and who pays. They live in this page's memory alone: not in
// a component's value, a link or a store.

import { dialog } from "./dialog.js";
import { el, uniqueId } from "./dom.js";
import { page } from "./page.js";

const BLANK = "Only blanks were typed here, and they are no key: type one, or empty the field.";
const INTRO = "A key typed here stays in this page\u2019s memory until you close or reload it, and goes to its own provider only.";

export function mount({ element }) {
  const button = el("button", { type: "button", class: "small", id: "open-keys", onclick: open }, "Keys");
  const fields = el("div", { class: "key-fields" });
  const node = dialog("Keys", el("p", { class: "intro" }, INTRO), el("div", { class: "dialog-body" }, fields), el("footer", {}, el("div", { class: "actions" }, el("button", { type: "button", class: "strong", onclick: close }, "Done"))));
  node.id = "keys";
  node.addEventListener("close", () => { page.previewSoon(); page.tell("locate"); });
  element.querySelector(".mount").append(button);

  async function open() {
    const response = await fetch("playground/providers").catch(() => null);
    const said = response?.ok ? await response.json() : {};
    const { huggingface = {}, openrouter = {}, server = {} } = said;
    fields.replaceChildren(
      field("huggingface", "HuggingFace", "hf_\u2026", huggingface.signed_in ? "You are signed in; a key typed here is used in its place." : owned(huggingface, "HF_TOKEN") || (huggingface.can_sign_in ? "Sign in above, or type a key." : "Models named huggingface/\u2026 need one.")),
      payer(huggingface.bill_to),
      field("openrouter", "OpenRouter", "sk-or-\u2026", owned(openrouter, "OPENROUTER_API_KEY") || "Models named openrouter/\u2026 need one."),
      ...servers(server),
    );
    node.showModal();
  }

  /** Not while a field is wrong: it is shown instead. */
  function close() {
    const wrong = fields.querySelector("[aria-invalid=true]");
    if (wrong) wrong.focus();
    else node.close();
  }

  const owned = ({ key }, variable) => (key ? `${variable} is set in .env; a key typed here is used in its place.` : "");

  function servers({ base_url: configured, key }) {
    const typed = originOf(page.target.base_url);
    return [
      configured && field("server", configured, "key of this server", owned({ key }, "PLAYGROUND_API_KEY") || "The server in .env (models named server/\u2026). Many need no key."),
      typed && field(typed, typed, "key of this server", "The base URL that you typed. Many servers need no key; this one goes to no other address."),
    ].filter(Boolean);
  }

  function field(holder, label, placeholder, note) {
    const id = uniqueId("key");
    const box = el("input", { type: "password", id, placeholder, autocomplete: "off", spellcheck: false, value: page.keys[holder] ?? "", "aria-describedby": `${id}-note`, oninput: () => { keep(holder, box.value); judge(); } });
    const hint = el("p", { id: `${id}-note` });
    const judge = () => {
      const blank = box.value !== "" && box.value.trim() === "";
      box.setAttribute("aria-invalid", String(blank));
      hint.textContent = blank ? BLANK : note;
      hint.dataset.tone = blank ? "bad" : "";
    };
    judge();
    return el("div", { class: "key-field" }, el("label", { htmlFor: id }, label), box, hint);
  }

  function payer(standing) {
    const id = uniqueId("payer");
    const box = el("input", { type: "text", id, placeholder: standing || "your own account", autocomplete: "off", spellcheck: false, value: page.target.bill_to ?? "", "aria-describedby": `${id}-note`, oninput: () => page.setTarget({ bill_to: box.value.trim() }) });
    return el("div", { class: "key-field" }, el("label", { htmlFor: id }, "HuggingFace bills"), box, el("p", { id: `${id}-note` }, standing ? `Empty: ${standing}, as .env says.` : "An organisation that you belong to and that shall pay; empty: you."));
  }

  /** Blanks are kept as they are: sent, they are an empty key and so an error; dropped, another key would take their place. */
  function keep(holder, typed) {
    if (typed) page.keys[holder] = typed.trim() || typed;
    else delete page.keys[holder];
    const count = Object.keys(page.keys).length;
    button.textContent = count ? `Keys (${count})` : "Keys";
  }
}

/** Scheme, host and port of a typed address; empty where it is none yet. */
function originOf(typed) {
  try { return new URL(typed.trim()).origin; } catch { return ""; }
}
