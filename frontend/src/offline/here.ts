// On every page of a workspace: the worker is there, the day is fresh, what waits is sent, and what was another's is gone.
import { find, on } from "../lib/dom";
import { flush } from "./sending";
import { day, keepDay, keepSeat, seat as known, wipe, type Day, type Seat } from "./store";

const FRESH = 240; // seconds

export function mine(): Seat | null {
  const said = find("meta[name=sila-seat]")?.dataset;
  if (!said?.seat) return null;
  return { user: said.user!, seat: said.seat, workspace: said.workspace!, language: document.documentElement.lang };
}

export function token(): string {
  const headers = document.body.getAttribute("hx-headers:inherited") ?? "{}";
  return (JSON.parse(headers) as Record<string, string>)["X-CSRFToken"] ?? "";
}

async function freshen(me: Seat): Promise<void> {
  const kept = await day(me.seat);
  if (kept && kept.language === me.language && Date.now() / 1000 - kept.at < FRESH) return;
  const answer = await fetch(`/w/${me.workspace}/quick-log/day`, { redirect: "error" });
  if (!answer.ok) return;
  const read = (await answer.json()) as Day;
  if (read.seat === me.seat) await keepDay(read);
}

async function start(me: Seat): Promise<void> {
  if ((await known())?.user !== me.user) await wipe();
  await keepSeat(me);
  const send = () => flush(me.seat, token());
  addEventListener("online", () => void send());
  await send();
  await freshen(me);
}

const me = mine();
if (me && "indexedDB" in window) {
  if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/sw.js").catch(() => undefined);
  const idle = window.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 500));
  idle(() => void start(me).catch(() => undefined));
}

// Signing out: first what is kept goes, then the form.
let wiped = false;
on("submit", "form[data-sign-out]", (form, event) => {
  if (wiped) return;
  event.preventDefault();
  wiped = true;
  void wipe()
    .catch(() => undefined)
    .then(() => (form as HTMLFormElement).requestSubmit());
});
