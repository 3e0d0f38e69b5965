// Dialogs open by [data-open="#id"], or when an answer fills them; they close by [data-close], the scrim or Esc.
import { find, on } from "../lib/dom";

export function show(dialog: HTMLDialogElement | null): void {
  if (!dialog || dialog.open) return;
  if (dialog.matches(".s-peek")) dialog.show();
  else dialog.showModal();
  enter(dialog);
}

function enter(dialog: HTMLElement): void {
  find("[autofocus], [aria-invalid=true], :is(input:not([type=hidden]), select, textarea)", dialog)?.focus();
}

on("click", "[data-open]", (button, event) => {
  event.preventDefault();
  show(find<HTMLDialogElement>(button.dataset.open!));
});

// These are filled by an answer, and opened by it: what is closed is emptied, or the next answer opened it again.
const FILLED = "#dialog, #peek";

function empty(dialog: HTMLDialogElement): void {
  if (dialog.matches(FILLED) && !dialog.open) dialog.replaceChildren();
}

/** Browsers tell of the closing with the next frame only, and an answer may come before that. */
export function shut(dialog: HTMLDialogElement | null): void {
  if (!dialog) return;
  dialog.close();
  queueMicrotask(() => empty(dialog)); // what closed it may be a form in it that has more to tell
}

on("click", "[data-close]", (button) => shut(button.closest("dialog")));
// The answer is a file, and the page stays: the dialog has done its work once the form is on its way.
on("submit", "form[data-download]", (form) => setTimeout(() => shut(form.closest("dialog"))));

on("pointerdown", "dialog[open]", (dialog, event) => {
  if (event.target === dialog && dialog.matches(":modal")) shut(dialog as HTMLDialogElement);
});

document.addEventListener("htmx:after:swap", (event) => {
  const dialog = find<HTMLDialogElement>("#dialog");
  if (!dialog) return;
  if (dialog.childElementCount && !dialog.open) show(dialog);
  else if ((event as CustomEvent).detail?.ctx?.target === dialog && !find(":focus", dialog)) enter(dialog);
});

document.addEventListener("close", (event) => empty(event.target as HTMLDialogElement), true); // by Esc

// HX-Trigger: sila:close, after a form in a dialog was saved.
document.addEventListener("sila:close", () => shut(find<HTMLDialogElement>("#dialog")));

// HX-Trigger: sila:refresh, when the list or board behind has changed.
document.addEventListener("sila:refresh", () => {
  const region = find("[data-refresh]");
  const options = { target: region, select: `#${region?.id}`, swap: "outerMorph", source: region };
  if (region) void window.htmx.ajax("GET", location.href, options);
});

/** Ask in our own dialog; true if they want to go on. */
export function ask(words: string): Promise<boolean> {
  const dialog = find<HTMLDialogElement>("#confirm")!;
  find("p", dialog)!.textContent = words;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
  });
}

// Before a step that cannot be taken back: hx-confirm.
document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = (event as CustomEvent).detail;
  if (!ctx.confirm) return;
  event.preventDefault();
  void ask(ctx.confirm).then((yes) => (yes ? issueRequest() : dropRequest()));
});
