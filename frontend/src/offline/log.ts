// The quick log: what is written goes into the queue of this device first, with or without a network, and from there to
// the server. What is half written is still there after the page was left.
import { find, findAll } from "../lib/dom";
import { CHANGED, flush } from "./sending";
import { day, draft, dropEntry, entries, keepDraft, keepEntry, type Entry, type Seat } from "./store";

const FIELDS = ["kind", "text", "about"] as const;

function field(form: HTMLFormElement, name: string): HTMLInputElement | RadioNodeList {
  return form.elements.namedItem(name) as HTMLInputElement | RadioNodeList;
}

async function offer(form: HTMLFormElement, me: Seat): Promise<void> {
  const select = find<HTMLSelectElement>("select[name=about]", form)!;
  for (const visit of (await day(me.seat))?.visits ?? [])
    if (visit.about && !findAll<HTMLOptionElement>("option", select).some((option) => option.value === visit.about))
      select.add(new Option(visit.title, visit.about));
}

async function restore(form: HTMLFormElement, of: string, fixed: boolean): Promise<void> {
  const kept = await draft(of);
  for (const name of FIELDS) if (kept?.[name] && !(fixed && name === "about")) field(form, name).value = kept[name];
}

function entryOf(form: HTMLFormElement, me: Seat): Entry {
  const select = find<HTMLSelectElement>("select[name=about]", form)!;
  const picture = find<HTMLInputElement>("[name=picture]", form)?.files?.[0];
  return {
    key: crypto.randomUUID(),
    seat: me.seat,
    workspace: me.workspace,
    kind: field(form, "kind").value,
    text: field(form, "text").value.trim(),
    about: select.value,
    name: select.value ? (select.selectedOptions[0]?.text ?? "") : "",
    at: new Date().toISOString(),
    ...(picture ? { picture, pictureName: picture.name } : {}),
    state: "waiting",
  };
}

function line(entry: Entry, form: HTMLFormElement): HTMLElement {
  const template = find<HTMLTemplateElement>("[data-entry-template]")!;
  const item = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
  item.dataset.state = entry.state;
  find("[data-what]", item)!.textContent = [entry.name, entry.text].filter(Boolean).join(" · ");
  findAll("[data-state-of]", item).forEach((word) => (word.hidden = word.dataset.stateOf !== entry.state));
  find("[data-reasons]", item)!.textContent = (entry.reasons ?? []).join(" ");
  const link = find<HTMLAnchorElement>("[data-link]", item)!;
  if (entry.url) link.href = entry.url;
  else link.remove();
  const mend = find<HTMLButtonElement>("[data-mend]", item)!;
  if (entry.state === "refused") mend.addEventListener("click", () => void take(entry, form));
  else mend.remove();
  return item;
}

/** A refused one comes back into the form, to be corrected; it goes from the list when it is logged anew. */
async function take(entry: Entry, form: HTMLFormElement): Promise<void> {
  for (const name of FIELDS) field(form, name).value = entry[name];
  form.dataset.mends = entry.key;
  find("textarea", form)!.focus();
}

async function list(form: HTMLFormElement, me: Seat): Promise<void> {
  const shelf = find("[data-entries]")!;
  const all = await entries(me.seat);
  shelf.replaceChildren(...all.reverse().map((entry) => line(entry, form)));
  shelf.closest("section")!.hidden = !all.length;
}

export async function startLog(form: HTMLFormElement, me: Seat, token: () => string): Promise<void> {
  const fixed = !!find<HTMLSelectElement>("select[name=about]", form)!.value;
  const of = me.seat;
  await offer(form, me);
  await restore(form, of, fixed);
  const keep = () => void keepDraft(of, Object.fromEntries(FIELDS.map((name) => [name, field(form, name).value])));
  form.addEventListener("input", keep);
  document.addEventListener(CHANGED, () => void list(form, me));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const entry = entryOf(form, me);
    const empty = find("[data-empty]", form)!;
    empty.hidden = !!entry.text;
    if (!entry.text) return void find("textarea", form)!.focus();
    await keepEntry(entry);
    if (form.dataset.mends) await dropEntry(form.dataset.mends);
    delete form.dataset.mends;
    form.reset();
    await keepDraft(of, {});
    await list(form, me);
    if (navigator.onLine && token()) await flush(me.seat, token());
  });
  await list(form, me);
  find<HTMLButtonElement>("button.btn-primary", form)!.disabled = false; // sooner, the browser itself would send the form
}
