// The popover of conditions stands inside a form that is not its own: Enter adds the condition, and nothing of it is sent.
import { find, on } from "../lib/dom";

on("keydown", "[data-apart] input", (input, event) => {
  if ((event as KeyboardEvent).key !== "Enter" || event.defaultPrevented) return;
  event.preventDefault();
  find<HTMLButtonElement>("[data-apply]", input.closest("[data-apart]")!)?.click();
});
