// A pane: the conversation as a list of turns, the last of which may be streaming.

import { AnswerView } from "./answer.js";
import { callsOf } from "./calls.js";
import { conversation } from "./conversation.js";
import { el } from "./dom.js";
import { page } from "./page.js";
import { Scroll } from "./scroll.js";
import { hideCard, listenForTokens } from "./tokens.js";
import { unkern } from "./unbroken.js";
import { welcome, whereTo } from "./welcome.js";

export function mount({ element, props }) {
  const list = el("div", { class: "turns" });
  const notice = el("p", { class: "notice", role: "alert", hidden: true });
  const editing = el("p", { class: "notice", "data-tone": "note", role: "status", hidden: true }, "Editing an earlier message: when it is sent, it takes the place of what is faded here. ", el("button", { type: "button", class: "plain-act", onclick: () => page.editing.cancel() }, "cancel"));
  const live = el("p", { class: "visually-hidden", role: "status" });
  const scroller = el("div", { class: "scroller", tabIndex: 0, "aria-label": `pane ${props.name}` }, list);
  const tabs = el("div", { class: "pane-tabs" }, ...["A", "B"].map((name, i) => el("button", { type: "button", class: i === props.index ? "here" : "", "aria-pressed": String(i === props.index), onclick: () => page.showPane(i) }, `answer ${name}`)));
  element.querySelector(".mount").append(tabs, scroller, notice, editing, live);
  listenForTokens(list);
  scroller.addEventListener("scroll", hideCard, { passive: true });
  const whereto = el("p", { class: "whereto" }, props.empty && whereTo(props.empty));
  const index = props.index;
  const block = element.closest(".block") ?? element;
  let view = null;
  let last = null;  // the last answer that is shown, streaming or not
  let rest = null;  // the fetching of a stopped answer's rest

  const scroll = new Scroll(scroller);
  const follow = (change) => scroll.follow(change);

  function plainTurn(turn) {
    const tools = turn.role === "user" && typeof turn.content === "string" && el("button", { type: "button", class: "act", onclick: () => page.editing.begin(turn) }, "edit");
    const text = typeof turn.content === "string" ? turn.content : JSON.stringify(turn.content ?? turn.tool_calls, null, 2);
    const node = el("article", { class: `turn ${turn.role}`, "aria-label": turn.role }, el("span", { class: "role" }, turn.role), el("div", { class: "text" }, text), tools || null);
    unkern(node, text ?? "");
    return node;
  }

  function turnNode(turn) {
    if (turn.role !== "assistant") return plainTurn(turn);
    last = new AnswerView(turn.answer ?? { text: typeof turn.content === "string" ? turn.content : turn.content ? JSON.stringify(turn.content) : "", tool_calls: callsOf(turn.tool_calls), why: "typed, not generated", ended: "done" });
    return last.node;
  }

  /** What had come of a stopped answer, up to its last word, is what the conversation goes on with. */
  async function complete(stopped) {
    await stopped.fetchRest();
    if (conversation.grown(stopped.answer)) page.syncMessages();
  }

  const again = () => el("button", { type: "button", class: "tab again", onclick: () => page.regenerate() }, "regenerate");

  const pane = {
    get streaming() { return view !== null && view.answer.ended === null; },
    answer: () => view?.answer,
    /** Resolves when a stopped answer says all that had come of it. */
    settled: () => rest,
    show(turns) {
      block.classList.remove("away");
      block.parentElement.toggleAttribute("data-two", index === 1);
      notice.hidden = true;
      view = null;
      last = null;
      list.replaceChildren(...turns.map(turnNode));
      if (last?.answer.ended === "cancelled" && last.answer.usage === undefined) rest = complete(last);  // the page was left before it came
      else last?.countPrompt();
      if (!turns.length && props.empty) list.replaceChildren(welcome(props.empty, whereto));
      if (index === 0 && turns.at(-1)?.role === "assistant") last.offer(again());
      if (turns.length) scroll.toEnd();
      else scroll.toStart();
    },
    /** Shows that the turns from this place on will go; none where there is no such place. */
    markEdited(at) {
      editing.hidden = at < 0;
      const nodes = list.querySelectorAll(".turn");  // those of the newest round stand one deeper
      nodes.forEach((node, place) => node.classList.toggle("going", at >= 0 && place >= at));
      if (at >= 0) nodes[at].scrollIntoView({ block: "nearest", behavior: "instant" });
    },
    hide() { block.classList.add("away"); view = null; },
    /** What came is checked against what was asked for; resolves when that is known. */
    async check() {
      await view?.check();
      follow(() => {});
    },
    closeResults: () => last?.calls.close(),
    offerResults: (...given) => follow(() => last?.offerResults(...given)),
    /** The results as far as they are typed, one text a call. */
    results: () => [...(last?.node.querySelectorAll(".call .result textarea") ?? [])].map((box) => box.value),
    /** A new answer begins; `asked` is the format and the tools that it was asked with, `prefill` how it begins. */
    begin(asked = {}, prefill = "") {
      view = last = new AnswerView(null, asked);
      view.prefill.textContent = view.answer.prefill = prefill;
      const newest = [...list.children].slice(-conversation.newest().length);
      if (prefill) newest.pop().remove();  // the turn that the answer goes on from, and now contains
      view.waiting();
      const round = el("section", { class: "round" }, ...newest, view.node);
      list.append(round);
      scroll.begin(round);
      scroll.toEnd();
    },
    paint(kind, data) {
      follow(() => view.paint(kind, data));
      if (kind === "ended") pane.ended();
    },
    ended() {
      live.textContent = `answer ${props.name}: ${view.answer.why}`;
      if (index === 0) follow(() => view.offer(again()));
    },
    finish(ended, error) {
      if (view === null || view.answer.ended !== null) return;
      pane.paint("ended", { ended, why: props.words[ended], error });
    },
    /** After the vote: whose answer this is, and everything about it. */
    reveal({ call_ids: callIds, logprobs, ...facts }, goesOn) {
      const streams = pane.streaming;
      const ended = facts.ended ? { logprobs } : {};  // else its last frame has told more by now
      view.renameCalls(callIds);
      Object.assign(view.answer, facts, streams ? { ended: null, logprobs: [] } : ended);
      follow(() => {
        pane.name(facts, goesOn);
        if (!streams) view.settle();
      });
    },
    /** Whose answer this is; told before the vote only where nothing is hidden. */
    name({ slot, model, settings }, goesOn = false) {
      view.name([`${slot === "first" ? "your settings" : "second answer"}: ${model}`, ...settings].join(" \u00b7 "), goesOn);
    },
    diff(pieces) { view.showDiff(pieces); },
    plain() { view?.restoreText(); },
    scroll,
    /** Stopped by the reader: the server has been told by closing the connection, and says no more. */
    async stopped() {
      const stopped = view;
      pane.finish("cancelled", null);
      if (!stopped) return;
      await (rest = complete(stopped));
      if (stopped === view && index === 0 && !page.pair && !page.running) page.showReport(stopped.answer);
    },
    cutOff() { pane.finish("cut off", { message: "The stream broke off before its end.", next_step: "What had come is kept: regenerate to try again." }); },
    /** Says what has gone wrong, or with the tone "note" what is only to be known. */
    notice(text, tone = "bad") { notice.textContent = text; notice.dataset.tone = tone; notice.hidden = !text; },
  };

  if (props.empty) document.addEventListener("playground:target", () => { whereto.textContent = whereTo(props.empty); });

  if (index > 0) pane.hide();
  page.addPane(pane, index);
}
