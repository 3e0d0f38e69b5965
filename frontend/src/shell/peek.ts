// The drawer at the end of the line: a record beside its list.
import { find } from "../lib/dom";
import { send } from "../lib/request";
import { show, shut } from "./dialogs";

export const drawer = () => find<HTMLDialogElement>("#peek");

export async function peek(url: string): Promise<void> {
  const status = await send("GET", url, { target: "#peek", swap: "innerHTML", source: drawer() ?? undefined });
  const focused = document.activeElement as HTMLElement | null;
  if (status && status < 400) show(drawer());
  if (focused?.closest("[data-grid]")) focused.focus(); // J and K keep walking the list
}

export function closePeek(): void {
  shut(drawer());
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drawer()?.open && !find("dialog:modal")) closePeek();
});
