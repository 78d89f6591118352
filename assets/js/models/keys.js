// The keys for this visit, one field for each provider, and who pays. They live in this page's memory alone:
// not in a component's value, a link or a store.

import { KEY_EXAMPLES, LABELS, VARIABLES } from "../contract.js";
import { ask } from "../core/api.js";
import { dialog } from "../core/dialog.js";
import { button, el, fill, uniqueId } from "../core/dom.js";
import { originOf } from "../core/origin.js";
import { store } from "../core/store.js";
import { t } from "../core/words.js";
import { previewSoon } from "../params/preview.js";

const BLANK = t("Only blanks were typed here, and they are no key: type one, or empty the field.");
const INTRO = t(
  "A key typed here stays in this page’s memory until you close or reload it, and goes to its own provider only.",
);
const SIGNED_IN = t("You are signed in; a key typed here is used in its place.");
const SIGN_IN = t("Sign in above, or type a key.");
const CONFIGURED = t("The server in .env (models named server/…). Many need no key.");
const TYPED = t("The base URL that you typed. Many servers need no key; this one goes to no other address.");
/** The provider that can bill an organisation. */
const PAID = "huggingface";
const PAYER = t("An organisation that you belong to and that shall pay; empty: you.");

/**
 * What a provider's field says where its key stands in the settings already; empty where it does not.
 * @param {keyof typeof VARIABLES} provider
 * @param {{key?: boolean}} [standing]
 */
const owned = (provider, { key } = {}) =>
  key
    ? t("{variables} is set in .env; a key typed here is used in its place.", {
        variables: VARIABLES[provider],
      })
    : "";

/**
 * A labelled box with a note.
 * @param {string} label
 * @param {HTMLInputElement} box
 * @param {HTMLElement} note
 */
function labelled(label, box, note) {
  box.id = uniqueId("key");
  note.id = `${box.id}-note`;
  box.setAttribute("aria-describedby", note.id);
  return el("div", { class: "key-field" }, el("label", { htmlFor: box.id }, label), box, note);
}

/**
 * A key's field. Blanks are kept as they are: sent, they are an empty key and so an error; dropped, another
 * key would take their place.
 * @param {string} holder
 * @param {string} label
 * @param {string} placeholder
 * @param {string} note
 */
function field(holder, label, placeholder, note) {
  const box = el("input", { type: "password", placeholder, autocomplete: "off", spellcheck: false });
  const hint = el("p");
  box.value = store.keys[holder] ?? "";
  const judge = () => {
    const blank = box.value !== "" && box.value.trim() === "";
    box.setAttribute("aria-invalid", String(blank));
    hint.textContent = blank ? BLANK : note;
    hint.dataset.tone = blank ? "bad" : "";
  };
  box.addEventListener("input", () => {
    store.setKey(holder, box.value.trim() || box.value);
    judge();
  });
  judge();
  return labelled(label, box, hint);
}

/** @param {string | undefined} standing  who pays by the settings */
function payer(standing) {
  const box = el("input", { type: "text", autocomplete: "off", spellcheck: false });
  box.placeholder = standing || t("your own account");
  box.value = store.target.bill_to ?? "";
  box.addEventListener("input", () => store.setTarget({ bill_to: box.value.trim() }));
  const note = el("p", {}, standing ? t("Empty: {standing}, as .env says.", { standing }) : PAYER);
  return labelled(t("HuggingFace bills"), box, note);
}

/** @param {{base_url?: string, key?: boolean}} standing  of the settings */
function servers(standing) {
  const typed = originOf(store.target.base_url);
  const { base_url: configured } = standing;
  const what = t("key of this server");
  return [
    configured && field(t("server"), configured, what, owned("server", standing) || CONFIGURED),
    typed && field(typed, typed, what, TYPED),
  ];
}

/**
 * A provider's field, and who pays there, where that can be named.
 * @param {keyof typeof KEY_EXAMPLES} provider
 * @param {{key?: boolean, signed_in?: boolean, can_sign_in?: boolean, bill_to?: string}} [standing]
 */
function hosted(provider, standing = {}) {
  const free = standing.can_sign_in ? SIGN_IN : t("Models named {provider}/… need one.", { provider });
  const note = standing.signed_in ? SIGNED_IN : owned(provider, standing) || free;
  const pays = provider === PAID && payer(standing.bill_to);
  return [field(provider, LABELS[provider], KEY_EXAMPLES[provider], note), pays];
}

/** @param {import("../types").Mount} mount */
export function mount({ element }) {
  const opener = button("small", t("Keys"), open, { id: "open-keys" });
  const fields = el("div", { class: "key-fields" });
  const done = el("div", { class: "actions" }, button("strong", t("Done"), close));
  const body = el("div", { class: "dialog-body" }, fields);
  const node = dialog(t("Keys"), el("p", { class: "intro" }, INTRO), body, el("footer", {}, done));
  node.id = "keys";
  node.addEventListener("close", () => {
    previewSoon();
    store.tell("locate", null);
  });
  store.on("keys", (keys) => {
    const count = Object.keys(keys).length;
    opener.textContent = count ? t("Keys ({count})", { count }) : t("Keys");
  });
  fill(element, opener);

  async function open() {
    const { ok, data } = await ask("playground/providers");
    const { server = {}, ...standing } = ok ? data : {};
    const providers = /** @type {(keyof typeof KEY_EXAMPLES)[]} */ (Object.keys(KEY_EXAMPLES));
    const shown = [...providers.flatMap((each) => hosted(each, standing[each])), ...servers(server)];
    fields.replaceChildren(...shown.filter((each) => each instanceof HTMLElement));
    node.showModal();
  }

  /** Not while a field is wrong: it is shown instead. */
  function close() {
    const wrong = /** @type {HTMLElement | null} */ (fields.querySelector("[aria-invalid=true]"));
    if (wrong) wrong.focus();
    else node.close();
  }
}
