// The keys of the page: Escape stops an answer, or leaves off an edit, and a vote has a key for each of its buttons.

const VOTES = { 1: "left", 2: "right", 0: "tie", x: "both_bad", s: "skip" };

export function listenForShortcuts(page) {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Escape" && !event.target.closest?.("#bar, dialog")) {
      if (page.running) page.stop();
      else if (event.target.closest?.("#composer, #panes")) page.editing.cancel();  // in a parameter's field it is meant for that
    }
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.view === "votes") return;
    const elsewhere = event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, #bar, #parameters, dialog");
    const said = VOTES[event.key];
    if (!elsewhere && said && page.pair?.takesKeys() && page.ballot.allows(said)) page.vote(said);
  });
}
