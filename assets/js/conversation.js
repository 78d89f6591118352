// The turns of the conversation, kept in this browser so that a reload loses nothing.
//
// A turn is an OpenAI-style message; an assistant's may carry the answer it came from under `answer`. An answer
// that came to nothing stays in view, but is no message.

const STORE = "playground-conversation";

function stored() {
  try { return JSON.parse(localStorage.getItem(STORE)) ?? []; } catch { return []; }
}

const isEmpty = (turn) => turn.role === "assistant" && !turn.content && !turn.tool_calls;

export const conversation = {
  turns: stored(),

  /** The list of messages as a server takes it. */
  messages() {
    return this.turns.filter((turn) => !isEmpty(turn)).map(({ answer, ...message }) => message);
  },

  add(turn) { this.turns.push(turn); this.save(); },

  answered(answer) {
    const turn = { role: "assistant", content: answer.text || null, answer };
    if (answer.tool_calls.length) {
      turn.tool_calls = answer.tool_calls.map(({ id, name, arguments: args }, i) => ({ id: id || `call_${i}`, type: "function", function: { name, arguments: args } }));
    }
    this.add(turn);
  },

  /** Takes the answers off the end, and returns them. */
  dropAnswers() {
    const at = this.turns.findLastIndex((turn) => turn.role !== "assistant") + 1;
    const dropped = this.turns.splice(at);
    this.save();
    return dropped;
  },

  cut(index) { this.turns.length = index; this.save(); },

  replace(messages) { this.turns = messages.map((message) => ({ ...message })); this.save(); },

  save() {
    try {
      const slim = this.turns.map(({ answer, ...turn }) => (answer ? { ...turn, answer: { ...answer, logprobs: answer.logprobs.slice(0, 400) } } : turn));
      localStorage.setItem(STORE, JSON.stringify(slim));
    } catch { /* a full or forbidden store must not stop the chat */ }
  },
};
