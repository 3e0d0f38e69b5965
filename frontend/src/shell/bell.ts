// How much is unread. The server is asked when the page is there, then now and then while somebody looks at it; what
// the last answer was is kept for the next page, so that the number does not flicker.
import { find, findAll, text } from "../lib/dom";
import { toast } from "./toasts";

const PAUSE = 20_000;
const KEPT = "sila-bell";

interface Answer {
  unread: number;
  shown: string;
  newest: string;
  text: string;
}

const button = find("#bell-button");
const address = button?.dataset.bell ?? "";
let timer = 0;

function kept(): Answer | null {
  try {
    const [of, answer] = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]") as [string?, Answer?];
    return of === address && answer ? answer : null;
  } catch {
    return null;
  }
}

function draw(answer: Answer): void {
  findAll("[data-unread]").forEach((badge) => {
    badge.hidden = !answer.unread;
    badge.textContent = answer.shown;
  });
  const name = text("notifications");
  button?.setAttribute("aria-label", answer.unread ? `${name} (${answer.shown})` : name);
}

function ring(words: string): void {
  toast({ text: words });
  button?.classList.remove("s-ringing");
  requestAnimationFrame(() => button?.classList.add("s-ringing"));
}

async function ask(): Promise<void> {
  clearTimeout(timer);
  if (document.hidden) return; // a page that nobody sees asks nothing; it asks when it is seen again
  const since = kept()?.newest ?? "";
  try {
    const response = await fetch(`${address}count?since=${since}`, { headers: { Accept: "application/json" } });
    if (response.ok && !response.redirected) {
      const answer = (await response.json()) as Answer;
      sessionStorage.setItem(KEPT, JSON.stringify([address, answer]));
      draw(answer);
      if (answer.text) ring(answer.text);
    }
  } catch {
    // no connection: the next time will do
  }
  timer = window.setTimeout(ask, PAUSE);
}

if (address) {
  const last = kept();
  if (last) draw(last);
  (window.requestIdleCallback ?? setTimeout)(() => void ask());
  button?.addEventListener("click", () => void ask()); // its panel shows the newest: so must the number
  document.addEventListener("visibilitychange", () => void ask());
  document.addEventListener("sila:bell", () => void ask()); // HX-Trigger: something was read
}
