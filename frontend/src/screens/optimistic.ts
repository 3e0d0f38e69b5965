// Small switches answer at once and turn back if the server refuses: stars, ticks.
import { on } from "../lib/dom";

const flip = (button: HTMLElement) =>
  button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));

on("click", "[data-toggle-pressed]", flip);
document.addEventListener("htmx:response:error", (event) => {
  const { sourceElement } = (event as CustomEvent).detail.ctx;
  if (sourceElement?.matches?.("[data-toggle-pressed]")) flip(sourceElement);
  if (sourceElement?.matches?.("input[type=checkbox][hx-post]")) sourceElement.checked = !sourceElement.checked;
});
