// Why a request was not sent: every reason at once, each under the name of its parameter.

/** What cannot be read in some rows, and the problems with all others. */
export function notSent(unreadable, problems) {
  const names = unreadable.map(({ name }) => name.split(".")[0]);
  const own = unreadable.map((row) => `${row.name}: ${row.unreadable().replace(/\.?$/, ".")}`);
  const others = problems.filter(({ parameter }) => !names.includes(parameter)).map(({ text }) => text);
  return `Not sent. ${[...own, ...others].join(" ")}`;
}
