// The line above the parameters: what kind of server takes them, how many it takes, and the probes.

import { el } from "./dom.js";
import { page } from "./page.js";
import { Probes } from "./probes.js";

export function mount({ element, props }) {
  const summary = el("span", { class: "summary", role: "status" });
  const button = el("button", { type: "button", class: "small", id: "open-probes", title: "Does this server honour each parameter? A few short questions find out.", onclick: () => probes.open() }, "Probe");
  const probes = new Probes(props.parameters, (progress) => { button.textContent = progress || "Probe"; });
  element.querySelector(".mount").append(el("div", { class: "server-line" }, summary, button));
}
