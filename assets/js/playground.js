// What the page can be told from outside, as window.playground: by Gradio's own buttons and boxes, whose
// handlers are strings (playground/web/page.py), and by the tests.

import { chat } from "./chat/controller.js";
import { keepFocus } from "./core/focus.js";
import { browserMark } from "./core/memory.js";
import { store } from "./core/store.js";
import { isWhole } from "./core/whole.js";
import { choosePreset } from "./presets/choice.js";

/** @import { Said, Target } from "./types" */

const playground = {
  /** The mark under which this browser votes. */
  browserMark,
  choosePreset,
  clear: () => chat.clear(),
  /** The kind of the typed server shall be found out. */
  locate: () => store.tell("locate", null),
  send: (/** @type {string} */ text, /** @type {Partial<Target>} */ target) => chat.send(text, target),
  setTarget: (/** @type {Partial<Target>} */ target) => store.setTarget(target),
  /** Brings up a view of the page by its name; empty is the chat. */
  show: (/** @type {string} */ view) => store.show(view),
  stop: () => chat.stop(),
  /** On a narrow screen the parameters are in a sheet. */
  toggleSheet: () => document.body.toggleAttribute("data-sheet"),
  vote: (/** @type {Said} */ said) => chat.vote(said),

  // ---- for tests ------------------------------------------------------------------------------------------

  /** Whether all of the page is there. */
  get ready() {
    return chat.panes.all.length === 2 && isWhole();
  },
  get state() {
    const { target, parameters, preview, busy } = store;
    return { target, parameters, preview, busy, pair: chat.takesKeys !== null, takesKeys: chat.takesKeys };
  },
  /** The answer that streams, or has ended, in a pane. */
  answer: (/** @type {number} */ index) => chat.panes.at(index).answer,
  value: (/** @type {string} */ name) => store.value(name),
  set: (/** @type {string} */ name, /** @type {any} */ value) => store.set(name, value),
  answerNow: () => chat.answerNow(),
};

Object.assign(window, { playground });
keepFocus();
