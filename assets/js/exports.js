// Links that download the votes.

import { el } from "./dom.js";

export function mount({ element, props }) {
  const links = (props.formats ?? []).map(({ name, path }) => el("a", { href: path, download: "" }, name));
  element.querySelector(".mount").append(el("p", { class: "exports" }, ...(links.length ? ["Download: ", ...links] : [])));
}
