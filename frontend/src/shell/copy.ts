// [data-copy="#field"] puts a field's text on the clipboard; [data-select] selects its own when it is entered.
import { find, on } from "../lib/dom";

on("click", "[data-copy]", (button) => {
  const field = find<HTMLInputElement>(button.dataset.copy!);
  if (!field) return;
  field.select();
  void navigator.clipboard?.writeText(field.value);
  button.setAttribute("aria-pressed", "true");
});

on("focusin", "[data-select]", (field) => (field as HTMLInputElement).select());
