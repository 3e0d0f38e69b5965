// Buttons that put a word into a text where its cursor stands: fields and functions of a formula.
import { find, on } from "../lib/dom";

on("click", "[data-insert]", (button) => {
  const text = find<HTMLTextAreaElement>(button.dataset.into ?? "");
  if (!text) return;
  const word = button.dataset.insert ?? "";
  text.setRangeText(word, text.selectionStart, text.selectionEnd, "end");
  const at = text.selectionEnd - Number(button.dataset.back ?? 0);
  text.setSelectionRange(at, at);
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
});
