// What a voter can add to a choice, what became of the vote, and two ways to compare: word diff, joint scrolling.

import { el } from "./dom.js";
import { browserMark, recall, remember } from "./memory.js";
import { page } from "./page.js";
import { join, part } from "./scroll.js";
import { takeUp, troubles } from "./saving.js";
import { post } from "./stream.js";

const BUTTONS = { left: "vote-a", right: "vote-b", tie: "vote-tie", both_bad: "vote-both-bad", skip: "vote-skip" };

export function mount({ element, props }) {
  const status = el("p", { class: "vote-status", role: "status" });
  const earlier = el("p", { class: "vote-earlier", role: "alert", hidden: true });
  const strength = el("select", { "aria-label": "how much better" }, ...["how much?", "slightly", "clearly", "much"].map((text, value) => el("option", { value }, text)));
  const comment = el("input", { type: "text", maxLength: 4000, placeholder: "comment", "aria-label": "comment on this vote" });
  const reasons = ["A", "B"].map((name) => {
    const boxes = props.reasons.map((reason) => el("label", {}, el("input", { type: "checkbox", value: reason }), el("span", {}, reason)));
    return { node: el("fieldset", {}, el("legend", {}, `answer ${name} is`), ...boxes), chosen: () => boxes.map((label) => label.firstChild).filter((box) => box.checked).map((box) => box.value), clear: () => boxes.forEach((label) => { label.firstChild.checked = false; }) };
  });
  const more = el("details", { class: "reasons" }, el("summary", {}, "reasons and comment"), el("div", {}, reasons[0].node, reasons[1].node, el("p", { class: "extra" }, strength, comment)));
  more.addEventListener("focusin", ({ target }) => target.closest("label")?.scrollIntoView({ block: "nearest", inline: "nearest" }));  // on a phone they stand in one line, and a browser leaves what it shows half of
  const diff = el("input", { type: "checkbox", onchange: () => compare() });
  const joint = el("input", { type: "checkbox", onchange: () => (joint.checked ? join : part)(...page.panes.map(({ scroll }) => scroll)) });
  const tools = el("div", { class: "compare" }, el("label", {}, diff, " word diff"), el("label", {}, joint, " scroll together"));
  const agreed = props.consent && el("input", { type: "checkbox", checked: recall("consent") ?? props.consent.given, onchange: () => remember("consent", agreed.checked) });
  const consent = agreed && el("label", { class: "consent" }, agreed, ` ${props.consent.text}`);
  element.querySelector(".mount").append(earlier, status, more, tools, ...(consent ? [consent] : []));
  for (const added of [more, ...(consent ? [consent] : [])]) added.addEventListener("change", () => page.pair?.amend());
  const button = (said) => document.getElementById(BUTTONS[said]);

  async function compare() {
    if (!diff.checked) { for (const pane of page.panes) pane.plain(); return; }
    const [left, right] = page.panes.map((pane) => pane.answer().text);
    const response = await post("playground/diff", { left, right });
    if (!response.ok || !diff.checked) return;
    const pieces = await response.json();
    page.panes[0].diff(pieces.left);
    page.panes[1].diff(pieces.right);
  }

  const allow = (names) => { for (const said of Object.keys(BUTTONS)) button(said).disabled = !names.includes(said); };

  const ballot = {
    open() {
      allow(Object.keys(BUTTONS));
      ballot.choose(null);
      for (const side of reasons) side.clear();
      strength.value = "0";
      comment.value = "";
      diff.checked = false;
      diff.disabled = true;
      more.open = false;
      ballot.say("Which is better? Without a vote the chat goes on with A.");
      status.append(el("span", { class: "by-key" }, " Keys: 1, 2, 0 tie, x both bad, s skip."));
    },
    close() { allow([]); ballot.say(""); },
    say(text, tone = "") { status.textContent = text; status.dataset.tone = tone; },
    /** This pair takes no vote; `remedy` is what could be set instead, as [row, value]; `again`: asking once more may do. */
    refuse(text, remedy, again) {
      allow(["skip"]);
      ballot.say(text, "bad");
      const offer = (words, onclick) => status.append(" ", el("button", { type: "button", class: "remedy", onclick }, words));
      const own = page.rows.get("second")?.value() === undefined;
      for (const [name, value] of remedy.filter(([row]) => own || !row.includes("."))) {
        const mend = () => { page.rows.get(name).set(value ?? undefined); page.regenerate(); };
        offer(value === null ? `Unset ${name} and ask again` : `Set ${name} to ${value} and ask again`, mend);
      }
      if (again) offer("Ask again", () => page.regenerate());
    },
    choose(said) { for (const name of Object.keys(BUTTONS)) button(name).setAttribute("aria-pressed", String(name === said)); },
    allows: (said) => !button(said).disabled,
    comparable() { diff.disabled = false; },
    /** Votes on pairs that have left the page, and that are still being tried. */
    tellEarlier(texts) {
      earlier.hidden = !texts.length;
      earlier.textContent = texts.length > 1 ? `${texts.length} earlier votes are not saved yet. ${texts[0]}` : `An earlier vote is not saved yet. ${texts[0] ?? ""}`;
      document.body.toggleAttribute("data-unsaved", texts.length > 0);
    },
    details: () => ({ strength: Number(strength.value) || null, reasons_left: reasons[0].chosen(), reasons_right: reasons[1].chosen(), comment: comment.value, publish: agreed?.checked ?? false, annotator: browserMark(), language: navigator.language }),
  };
  page.ballot = ballot;
  const tell = () => ballot.tellEarlier(troubles());
  takeUp({ trying: () => {}, failed: tell, saved: tell, refused: (text) => ballot.tellEarlier([text]) });
}
