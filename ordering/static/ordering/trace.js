"use strict";
/* The trace of an order follows its work: it asks for a fragment every two seconds while anything may happen, and
   leaves alone what somebody is writing. */
(() => {
  const trace = document.getElementById("trace");
  if (!trace) return;
  const EVERY = 2000;
  const shown = () => trace.firstElementChild;
  const isLive = () => shown().dataset.live === "yes";
  const isBusy = () => {
    const at = document.activeElement;
    if (trace.contains(at) && at.matches("input, select, textarea")) return true;
    return [...trace.querySelectorAll("input[type=text]")].some((each) => each.value !== each.defaultValue);
  };
  // What somebody has folded or unfolded stays so.
  const folded = new Map();
  trace.addEventListener("click", (event) => {
    const group = event.target.closest("summary") && event.target.closest("details[data-key]");
    if (group) folded.set(group.dataset.key, !group.open);
  });
  const show = (text) => {
    trace.innerHTML = text;
    trace.querySelectorAll("details[data-key]").forEach((group) => {
      if (folded.has(group.dataset.key)) group.open = folded.get(group.dataset.key);
    });
  };
  let failures = 0;

  const look = async () => {
    if (!document.hidden && !isBusy()) {
      try {
        const query = new URLSearchParams({ version: shown().dataset.version });
        const answer = await fetch(`${trace.dataset.fragment}?${query}`, { credentials: "same-origin" });
        if (answer.status === 200 && !answer.redirected) {
          const text = await answer.text();
          if (!isBusy()) show(text);
        } else if (answer.status !== 204) throw new Error(String(answer.status));
        failures = 0;
      } catch (error) {
        failures += 1;
        console.warn("the trace could not be read", error);
      }
    }
    if (isLive()) setTimeout(look, EVERY * Math.min(failures + 1, 15));
  };
  if (isLive()) setTimeout(look, EVERY);
})();
