// Keys that work anywhere. `event.code` names: the same physical keys under an Arabic layout.
import { tinykeys } from "tinykeys";
import { find, findAll, isTyping, on, openDialog } from "../lib/dom";
import "../lib/request";
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

/** C: what this page creates, else the choice of everything that can be created. */
function create(event: KeyboardEvent): void {
  press("C")(event);
  const quick = find("#dialog")?.dataset.quick;
  if (event.defaultPrevented || !quick || openDialog() || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  void window.htmx.ajax("GET", quick, { target: "#dialog", swap: "innerHTML" });
}

const places = Object.fromEntries([..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].map((key) => [`KeyG Key${key}`, go(key)]));

const digits = Object.fromEntries([..."123456789"].flatMap((key) => ["Digit", "Numpad"].map((row) => [row + key, press(key)])));

tinykeys(window, {
  ...places,
  ...digits,
  KeyC: create,
  KeyF: press("F"),
  KeyL: press("L"),
  KeyN: press("N"),
  KeyP: press("P"),
  BracketLeft: press("["),
  BracketRight: press("]"),
});

// "?" sits on different keys of different keyboards, so it is told by the sign and not by the place.
document.addEventListener("keydown", (event) => {
  if ((event.key !== "?" && event.key !== "؟") || isTyping(event.target) || openDialog()) return;
  event.preventDefault();
  show(find<HTMLDialogElement>("#shortcuts"));
});

// F1, or the button: what this page is for. Its script comes when it is asked for.
const help = async () => (await import("./help")).open(find("[data-help]")?.dataset.help ?? "");

document.addEventListener("keydown", (event) => {
  if (event.key !== "F1" || !find("[data-help]") || find("dialog:modal:not(#help)")) return;
  event.preventDefault();
  void help();
});
on("click", "[data-help]", () => void help());

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  (event.target as HTMLElement).closest("form")?.requestSubmit();
});
