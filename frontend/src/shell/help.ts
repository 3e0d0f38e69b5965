// The help of the page, fetched when somebody asks for it. It is a modal dialog: the focus stays in it, Esc closes it.
import { find } from "../lib/dom";
import { send } from "../lib/request";

export async function open(url: string): Promise<void> {
  const dialog = find<HTMLDialogElement>("#help");
  if (!dialog) return;
  if (dialog.open) return dialog.close();
  const status = await send("GET", url, { target: "#help", swap: "innerHTML", source: dialog });
  if (!status || status >= 400 || dialog.open) return;
  dialog.showModal();
  find("#help-title", dialog)?.focus();
}
