// A form that fills the page is not left by accident: links ask in our words, the browser asks for other ways out.
import { find, on, text } from "../lib/dom";
import { ask } from "./dialogs";

const FORM = ":is(.s-form > #entity-form, #lines-form)";
let changed = !!find(`${FORM} :is(.s-f-error, .s-errors)`); // refused, so what was typed is not saved

on("input", FORM, () => (changed = true));
on("change", FORM, () => (changed = true));
on("submit", FORM, () => (changed = false));

on(
  "click",
  "a[href]",
  (element, event) => {
    const link = element as HTMLAnchorElement;
    const { button, ctrlKey, metaKey, shiftKey } = event as MouseEvent;
    const stays = link.target || link.hasAttribute("download") || link.getAttribute("href")!.startsWith("#");
    if (!changed || stays || button || ctrlKey || metaKey || shiftKey || link.matches(`${FORM} .s-form-foot a`)) return;
    event.preventDefault();
    event.stopPropagation();
    void ask(text("leaving")).then((yes) => {
      if (!yes) return;
      changed = false;
      location.href = link.href;
    });
  },
  { capture: true },
);

on("click", `${FORM} .s-form-foot a`, () => (changed = false));
addEventListener("beforeunload", (event) => changed && event.preventDefault());
