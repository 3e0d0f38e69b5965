// Short notices. Server: HX-Trigger: {"sila:toast": {"text": "...", "undo_url": "..."}}, or an element in #toasts.
import { find, findAll, on, text } from "../lib/dom";
import { send } from "../lib/request";

interface Toast {
  text: string;
  kind?: "good" | "bad";
  undo_url?: string;
  ask?: { label: string; url: string }; // a button that opens a dialog
}

const LIFE = 5_000;
const LIFE_WITH_UNDO = 10_000;

export function toast({ text: words, kind = "good", undo_url, ask }: Toast): void {
  const template = find<HTMLTemplateElement>("#toast-template");
  const shelf = find("#toasts");
  if (!template || !shelf || !words) return;
  const element = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
  element.classList.toggle("s-bad", kind === "bad");
  element.setAttribute("role", kind === "bad" ? "alert" : "status");
  find("p", element)!.textContent = words;
  const undo = find("[data-undo]", element)!;
  if (undo_url) undo.dataset.undo = undo_url;
  else undo.remove();
  const more = find("[data-ask]", element)!;
  if (ask) {
    more.dataset.ask = ask.url;
    more.textContent = ask.label;
  } else more.remove();
  findAll(".s-toast", shelf).forEach((other) => {
    const same = other.classList.contains("s-bad") === (kind === "bad");
    if (same && !find("[data-undo]", other)) other.remove(); // the newest of a kind is enough
  });
  shelf.append(element);
  expire(element);
}

function expire(element: HTMLElement): void {
  const life = find("[data-undo], [data-ask]", element) ? LIFE_WITH_UNDO : LIFE;
  let timer = setTimeout(() => element.remove(), life);
  element.addEventListener("pointerenter", () => clearTimeout(timer));
  element.addEventListener("focusin", () => clearTimeout(timer));
  element.addEventListener("pointerleave", () => (timer = setTimeout(() => element.remove(), life)));
}

on("click", "[data-dismiss]", (button) => button.closest(".s-toast")?.remove());
on("click", "[data-undo]", async (button) => {
  const status = await send("POST", button.dataset.undo!);
  button.closest(".s-toast")?.remove();
  if (status < 400) toast({ text: text("undone") });
});
on("click", "[data-ask]", (button) => {
  button.closest(".s-toast")?.remove();
  void window.htmx.ajax("GET", button.dataset.ask!, { target: "#dialog", swap: "innerHTML" });
});
document.addEventListener("sila:toast", (event) => toast((event as CustomEvent<Toast>).detail));
findAll("#toasts > .s-toast").forEach(expire);
