// What the page was set to before something shared was opened: all of it can be set again.

import { composer } from "../chat/composer.js";
import { chat } from "../chat/controller.js";
import { conversation } from "../chat/conversation.js";
import { keeper } from "../conversations/keeper.js";
import { store } from "../core/store.js";
import { setMode } from "./mode.js";

/** How things stand now; call it to have them so again. */
export function remembered() {
  const { mode, ...target } = store.target;
  const rows = { ...store.parameters, extra_body: store.value("extra_body"), second: store.value("second") };
  const talk = rememberedTalk();
  return () => {
    store.tell("chosen", target);
    setMode(mode);
    store.setAll(rows);
    return talk();
  };
}

/** The conversation as it stands now, and what is typed; call it to have them so again. */
export function rememberedTalk() {
  const { instruction, turns } = conversation;
  const { id } = keeper;
  const draft = composer.text;
  return async () => {
    if (composer.text !== draft) composer.put(draft);
    if (keeper.id === id) return;
    conversation.restore([]); // what was opened is in no list then
    if (!turns.length || !(await conversation.open(id).catch(() => false))) conversation.restore(turns);
    conversation.setInstruction(instruction);
    chat.showConversation();
  };
}
