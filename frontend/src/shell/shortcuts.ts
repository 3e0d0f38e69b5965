// Keys that work anywhere. `event.code` names: the same physical keys under an Arabic layout.
import { tinykeys } from "tinykeys";
import { find, findAll, isTyping, openDialog } from "../lib/dom";
import { show } from "./dialogs";
import { openPalette } from "./palette";

/** Press the control that a page offers for this key: `data-key="C"`. */
function press(key: string) {
  return (event: KeyboardEvent) => {
    if (openDialog() || event.ctrlKey || event.metaKey || event.altKey) return;
    const control = findAll(`[data-key="${key}"]`).find((element) => element.checkVisibility?.() ?? true);
    if (!control) return;
    event.preventDefault();
    control.click();
  };
}

/** Follow the first link to a place: `data-go="D"`. */
function go(key: string) {
  return (event: KeyboardEvent) => {
    const link = find<HTMLAnchorElement>(`a[data-go="${key}"]`);
    if (!link || openDialog()) return;
    event.preventDefault();
    link.click();
  };
}

tinykeys(window, { "$mod+KeyK": (event) => (event.preventDefault(), openPalette()) }, { ignore: () => false });

tinykeys(window, {
  KeyC: press("C"),
  KeyF: press("F"),
  KeyL: press("L"),
  BracketLeft: press("["),
  BracketRight: press("]"),
  "KeyG KeyD": go("D"),
  "KeyG KeyC": go("C"),
  "KeyG KeyP": go("P"),
  "KeyG KeyT": go("T"),
  "KeyG KeyI": go("I"),
});

// "?" sits on different keys of different keyboards, so it is told by the sign and not by the place.
document.addEventListener("keydown", (event) => {
  if ((event.key !== "?" && event.key !== "؟") || isTyping(event.target) || openDialog()) return;
  event.preventDefault();
  show(find<HTMLDialogElement>("#shortcuts"));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  (event.target as HTMLElement).closest("form")?.requestSubmit();
});
