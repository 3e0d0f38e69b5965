// The choices of an own field: lines are added, taken away, and come in many at once when several lines are pasted.
import { find, findAll, on } from "../lib/dom";

const editor = (element: Element) => element.closest<HTMLElement>(".s-choices")!;
const names = (element: Element) => findAll<HTMLInputElement>('input[name$="-label"]', editor(element));

function add(choices: HTMLElement): HTMLInputElement {
  const line = find<HTMLTemplateElement>("template", choices)!.content.cloneNode(true);
  find("ul", choices)!.append(line);
  return find<HTMLInputElement>('li:last-child input[name$="-label"]', choices)!;
}

on("click", "[data-choice-add]", (button) => add(editor(button)).focus());

on("click", "[data-choice-remove]", (button) => {
  const choices = editor(button);
  button.closest("li")!.remove();
  find("[data-choice-add]", choices)!.focus();
});

on("keydown", ".s-choice input", (input, event) => {
  const { key, ctrlKey } = event as KeyboardEvent;
  if (key !== "Enter" || ctrlKey) return;
  event.preventDefault();
  const all = names(input);
  const next = all[all.indexOf(find<HTMLInputElement>('input[name$="-label"]', input.closest("li")!)!) + 1];
  (next ?? add(editor(input))).focus();
});

on("paste", '.s-choice input[name$="-label"]', (input, event) => {
  const lines = ((event as ClipboardEvent).clipboardData?.getData("text") ?? "").split(/\r?\n/).filter((line) => line.trim());
  if (lines.length < 2) return;
  event.preventDefault();
  let into = input as HTMLInputElement;
  lines.forEach((line, number) => {
    if (number > 0 || into.value) into = add(editor(input));
    const [label = "", english = ""] = line.split("\t");
    into.value = label.trim();
    find<HTMLInputElement>('input[name$="-label_en"]', into.closest("li")!)!.value = english.trim();
  });
  into.focus();
});
