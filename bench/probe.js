// Notes when text is painted: a sample in the animation frame after each change of the page, one length per pane.
//
// It counts letters only, which are the same where Markdown is read and where it is not, and once a frame, so that
// watching costs little beside what is watched.
(() => {
  const PATIENCE_S = 90;
  const probe = { asked: null, panes: [], whole: null };
  let scheduled = false;

  const textOf = (selector) => [...document.querySelectorAll(selector)].at(-1)?.textContent ?? "";

  function sample() {
    scheduled = false;
    const now = performance.now();
    for (const pane of probe.panes) {
      const length = textOf(pane.selector).replace(/[^a-z]/g, "").length;
      if (length !== (pane.paints.at(-1)?.[1] ?? 0)) pane.paints.push([now, length]);
    }
    if (probe.panes.every((pane) => pane.paints.length && pane.paints.at(-1)[1] >= pane.length))
      probe.whole?.();
  }

  new MutationObserver(() => {
    if (probe.asked === null || scheduled) return;
    scheduled = true;
    requestAnimationFrame(sample);
  }).observe(document, { subtree: true, childList: true, characterData: true });

  addEventListener(
    "click",
    (event) => {
      probe.asked = event.timeStamp;
    },
    { capture: true },
  );

  window.probe = {
    /** Watches the last element of each selector, from the next click on, until each holds `length` letters. */
    watch(selectors, length) {
      probe.asked = null;
      probe.panes = selectors.map((selector) => ({ selector, length, paints: [] }));
      window.probe.whole = new Promise((resolve, reject) => {
        probe.whole = resolve;
        setTimeout(
          () =>
            reject(
              new Error(
                `after ${PATIENCE_S} s not all was painted: ${JSON.stringify(probe.panes.map((pane) => [pane.paints.at(-1), pane.length]))}`,
              ),
            ),
          PATIENCE_S * 1000,
        );
      });
    },
    whole: null,
    /** Seconds since the click, and letters then, of every paint of every pane. */
    paints: () =>
      probe.panes.map(({ paints }) => paints.map(([at, length]) => [(at - probe.asked) / 1000, length])),
    /** The last click on the wall clock, in seconds. */
    clicked: () => (performance.timeOrigin + probe.asked) / 1000,
  };
})();
