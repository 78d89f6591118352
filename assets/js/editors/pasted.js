// A list of messages out of what was pasted, with everything that was put in today's form, each change in words.

const SAME_AS = { developer: "system", human: "user", ai: "assistant", model: "assistant" };

/** Messages out of a list, a whole request body, or one message, and what was changed; null where it is none of them. */
export function messagesIn(value) {
  const list = Array.isArray(value) ? value : Array.isArray(value?.messages) ? value.messages : value?.role ? [value] : null;
  if (!list?.every((message) => message && typeof message === "object" && typeof message.role === "string")) return null;
  const changes = [];
  const open = [];  // calls of the older form that no message has answered yet
  const messages = list.map((message, place) => {
    const tell = (text) => changes.push(`message ${place + 1}: ${text}`);
    return answering(calling(named(message, tell), place, open, tell), open, tell);
  });
  return { messages, changes };
}

/** Other names of a role. */
function named({ role, ...rest }, tell) {
  const now = SAME_AS[role];
  if (now) tell(`the role ${role} is ${now} here.`);
  return { role: now ?? role, ...rest };
}

/** OpenAI's older function_call, which had no id, as the tool call that it is today. */
function calling(message, place, open, tell) {
  const { function_call: call, ...rest } = message;
  if (message.role !== "assistant" || typeof call?.name !== "string" || message.tool_calls) return message;
  const id = `call_${place + 1}`;
  open.push({ id, name: call.name });
  tell(`function_call has become tool_calls, with the id ${id}.`);
  return { ...rest, tool_calls: [{ id, type: "function", function: { name: call.name, arguments: call.arguments ?? "{}" } }] };
}

/** The older role function as a tool message, put to the call of its name. */
function answering(message, open, tell) {
  if (message.role !== "function") return message;
  const { name, ...rest } = message;
  const at = open.findIndex((call) => call.name === name);
  if (at < 0) {
    tell("the role function has become tool. No function_call before it has its name: say which call it answers.");
    return { ...message, role: "tool" };
  }
  const [{ id }] = open.splice(at, 1);
  tell(`the role function has become tool, and answers ${id}.`);
  return { ...rest, role: "tool", tool_call_id: id };
}
