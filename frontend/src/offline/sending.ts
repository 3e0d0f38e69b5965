// Entries are sent one after the other, each under its own key: sent again, because an answer got lost or the browser was
// closed, the server answers with the first result. What it refuses stays here, with the reasons.
import { dropEntry, entries, keepEntry, type Entry } from "./store";

export const CHANGED = "sila:entries";
const DAY = 86_400_000; // so long what was sent is still shown

function form(entry: Entry): FormData {
  const data = new FormData();
  for (const name of ["key", "kind", "text", "about", "at"] as const) data.set(name, entry[name]);
  if (entry.picture) data.set("picture", entry.picture, entry.pictureName ?? "picture.jpg");
  return data;
}

/** Whether the server has said something about it. */
async function send(entry: Entry, token: string): Promise<boolean> {
  let answer: Response;
  try {
    const headers = { "X-CSRFToken": token, Accept: "application/json" };
    answer = await fetch(`/w/${entry.workspace}/quick-log/send`, { method: "POST", body: form(entry), headers, redirect: "error" });
  } catch {
    return false; // no network, or signed out meanwhile: it waits
  }
  if (!answer.headers.get("Content-Type")?.startsWith("application/json")) return false;
  const said = (await answer.json()) as { state: "sent" | "refused"; url?: string; reasons?: string[] };
  const { picture, ...rest } = entry;
  if (said.state === "sent") await keepEntry({ ...rest, state: "sent", url: said.url });
  else await keepEntry({ ...rest, picture, state: "refused", reasons: said.reasons });
  return true;
}

let busy: Promise<void> | null = null;

/** Send what waits of this seat; twice at once is once. */
export function flush(seat: string, token: string): Promise<void> {
  busy ??= work(seat, token).finally(() => (busy = null));
  return busy;
}

async function work(seat: string, token: string): Promise<void> {
  for (const entry of await entries(seat)) {
    if (entry.state === "sent" && Date.now() - Date.parse(entry.at) > DAY) await dropEntry(entry.key);
    if (entry.state !== "waiting") continue;
    if (!(await send(entry, token))) break;
    document.dispatchEvent(new CustomEvent(CHANGED));
  }
  document.dispatchEvent(new CustomEvent(CHANGED));
}
