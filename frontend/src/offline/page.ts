// The page without a network: the visits of the day as they were read last, and the quick log. When the network is back,
// the page that was wanted is loaded.
import { find } from "../lib/dom";
import { startLog } from "./log";
import { day, seat, type Visit } from "./store";

function lines(visit: HTMLElement, name: string, words: string[]): void {
  const list = find(`[data-${name}]`, visit)!;
  list.hidden = !words.length;
  list.replaceChildren(
    ...words.map((text) => {
      const item = document.createElement("li");
      item.dir = "auto";
      item.textContent = text;
      return item;
    }),
  );
}

function shown(visit: Visit): HTMLElement {
  const template = find<HTMLTemplateElement>("[data-visit-template]")!;
  const item = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
  find("time", item)!.textContent = visit.time;
  find("[data-title]", item)!.textContent = visit.title;
  find("[data-where]", item)!.textContent = visit.where;
  find("[data-done]", item)!.hidden = !visit.done;
  const call = find<HTMLAnchorElement>("[data-call]", item)!;
  call.hidden = !visit.tel;
  if (visit.tel) call.href = visit.tel;
  find("bdi", call)!.textContent = visit.phone;
  lines(item, "notes", visit.notes);
  lines(item, "deals", visit.deals);
  return item;
}

async function start(): Promise<void> {
  const me = await seat();
  const kept = me && (await day(me.seat));
  find("[data-nothing]")!.hidden = !!kept?.visits.length;
  if (kept) {
    find("[data-day]")!.textContent = kept.day_text;
    find("[data-as-of]")!.hidden = false;
    find("[data-time]")!.textContent = kept.time;
    find("[data-visits]")!.replaceChildren(...kept.visits.map(shown));
  }
  const form = find<HTMLFormElement>("form[data-quick-log]")!;
  form.hidden = !me;
  if (me) await startLog(form, me, () => "");
}

const EVERY = 4000; // ms; a network that is there does not mean that the server is reached

/** Back to what was wanted once the server answers, but not under the fingers of somebody who writes. */
async function back(): Promise<void> {
  if (document.hidden || find("textarea:focus")) return;
  const answer = await fetch("/livez", { cache: "no-store" }).catch(() => null);
  if (answer?.ok) location.reload();
}

void start();
addEventListener("online", () => void back());
setInterval(() => void back(), EVERY);
find("[data-again]")!.addEventListener("click", () => location.reload());
