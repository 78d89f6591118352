// The page of a room. What stands behind the # says who one is: a code, a secret, or a new room. Nothing of it
// goes to the server in an address, and a secret does not stay in the address bar, which a class may see on the wall.

import { el } from "../core/dom.js";
import { t } from "../core/words.js";
import { languageChoice } from "../language/choice.js";
import { showJoining } from "./joining.js";
import { forget, keep, kept, Membership } from "./membership.js";
import { showOpening } from "./opening.js";
import { showProjector } from "./projector.js";
import { showStudent } from "./student.js";
import { showTeacher } from "./teacher.js";

/** @import { Kept } from "./membership.js" */

const root = /** @type {HTMLElement} */ (document.getElementById("room"));
const ENDED = t("This room has ended, or this browser is not in it any more.");

const dark = matchMedia("(prefers-color-scheme: dark)");
const wanted = new URLSearchParams(location.search).get("__theme");
const dress = () =>
  document.documentElement.classList.toggle("dark", wanted ? wanted === "dark" : dark.matches);
dark.addEventListener("change", dress);
dress();

const here = () => location.href.split("#")[0];

/** @param {string} title @param {string} words */
const shut = (title, words) =>
  root.replaceChildren(
    el(
      "main",
      { class: "room joining-form" },
      el("h1", {}, title),
      el("p", {}, words),
      el("a", { class: "plain", href: "#join" }, t("Join another room")),
    ),
  );

/**
 * The teacher's view, or the projector's. Where its secret can be kept, it leaves the address.
 * @param {"teach" | "project"} role
 * @param {Kept} who
 */
function oversee(role, who) {
  if (keep(role, who)) history.replaceState(null, "", `#${role}=${who.code}`);
  const membership = new Membership(who);
  const gone = () => {
    forget(role, who.code);
    shut(t("The room has ended"), t("Its time is over, or the app was started anew where nothing is kept."));
  };
  if (role === "teach") showTeacher(root, membership, here(), gone);
  else showProjector(root, membership, gone);
}

/** @param {Kept} membership */
function takePart(membership) {
  keep("join", membership);
  showStudent(root, new Membership(membership), membership.name ?? "", () => {
    forget("join", membership.code);
    showJoining(root, "", ENDED, joined);
  });
}

/** @param {{code: string, token: string, name: string}} membership */
function joined(membership) {
  history.replaceState(null, "", `#${membership.code}`);
  takePart(membership);
}

function show() {
  const [name, secret = ""] = location.hash.slice(1).split("=");
  const [code, token] = secret.split(".");
  if (name === "new") showOpening(root, (opened) => oversee("teach", opened));
  else if (name === "teach" || name === "project") {
    const who = token ? { code, token } : kept(name, code);
    if (who) oversee(name, who);
    else shut(t("This browser does not know this room"), t("Open the link that the teacher's page copies."));
  } else {
    const typed = name === "join" ? "" : name.toUpperCase();
    const before = typed && kept("join", typed);
    if (before) takePart(before);
    else showJoining(root, typed, "", joined);
  }
}

addEventListener("hashchange", () => location.reload());
show();
if (!location.hash.startsWith("#project"))
  document.body.append(el("div", { class: "foot", role: "contentinfo" }, languageChoice()));
