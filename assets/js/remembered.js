// The table of verdicts that is remembered of a model at a server.

/** Whether a model's name says who is asked: half a name, while one types, says nobody. */
const isWhole = (model) => /^(embedded($|\/)|(huggingface|openrouter|server)\/.)/.test(model.trim());

/** Null where there is none, or none that can be read. */
export async function remembered({ model, base_url }) {
  if (base_url ? !model.trim() : !isWhole(model)) return null;
  const response = await fetch(`playground/probe/last?${new URLSearchParams({ model, base_url })}`).catch(() => null);
  return response?.status === 200 ? response.json().catch(() => null) : null;
}
