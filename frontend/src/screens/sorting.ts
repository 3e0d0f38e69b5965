// Shift and a click, or Shift and Enter, on a heading sorts by that column too.
import { on } from "../lib/dom";
import { send } from "../lib/request";

on("click", "[data-also]", (link, event) => {
  if (!event.shiftKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  void send("GET", link.dataset.also!, { target: "#list", swap: "outerMorph" });
}, { capture: true });
