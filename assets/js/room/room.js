// The page of a room. What stands behind the # says who one is: a code, a secret, or a new room. Nothing of it
// goes to the server in an address.

import { el } from "../core/dom.js";
import { forget, keep, kept, Membership } from "./membership.js";
import { showJoining, showOpening } from "./opening.js";
import { showProjector } from "./projector.js";
import { showStudent } from "./student.js";
import { showTeacher } from "./teacher.js";

const root = /** @type {HTMLElement} */ (document.getElementById("room"));
const ENDED = "This room has ended, or this browser is not in it any more.";

const dark = matchMedia("(prefers-color-scheme: dark)");
const wanted = new URLSearchParams(location.search).get("__theme");
const dress = () =>
  document.documentElement.classList.toggle("dark", wanted ? wanted === "dark" : dark.matches);
dark.addEventListener("change", dress);
dress();

const here = () => location.href.split("#")[0];

function gone() {
  root.replaceChildren(
    el(
      "main",
      { class: "room joining-form" },
      el("h1", {}, "The room has ended"),
      el("p", {}, "Its time is over, or the app was started anew where nothing is kept."),
      el("a", { class: "plain", href: "#join" }, "Join another one"),
    ),
  );
}

/** @param {string} code @param {string} token */
function teach(code, token) {
  const secret = `${here()}#teach=${code}.${token}`;
  showTeacher(
    root,
    new Membership({ code, token }),
    { secret, projector: `#project=${code}.${token}` },
    gone,
  );
}

/** @param {{code: string, token: string, name?: string}} membership */
function takePart(membership) {
  keep(membership);
  showStudent(root, new Membership(membership), membership.name ?? "", () => {
    forget(membership.code);
    showJoining(root, "", ENDED, joined);
  });
}

/** @param {{code: string, token: string, name: string}} membership */
function joined(membership) {
  history.replaceState(null, "", `#${membership.code}`);
  takePart(membership);
}

function show() {
  const [name, secret] = location.hash.slice(1).split("=");
  const [code, token] = (secret ?? "").split(".");
  if (name === "new") {
    showOpening(root, (opened) => {
      history.replaceState(null, "", `#teach=${opened.code}.${opened.token}`);
      teach(opened.code, opened.token);
    });
  } else if (name === "teach" && token) teach(code, token);
  else if (name === "project" && token) showProjector(root, new Membership({ code, token }), gone);
  else {
    const typed = name === "join" ? "" : name.toUpperCase();
    const before = typed && kept(typed);
    if (before) takePart(before);
    else showJoining(root, typed, "", joined);
  }
}

addEventListener("hashchange", () => location.reload());
show();
