// Tabs: the composer, whose forms come when they are opened, and a record's three sections on a phone.
import { find, findAll, isRtl, on } from "../lib/dom";

/** What of the panel comes only now that it is opened. Once there it stays, with what was written in it. */
function unopened(panel: HTMLElement): HTMLElement | null {
  return find("[data-unopened]:empty", panel);
}

function select(tab: HTMLElement): void {
  const list = tab.closest("[role=tablist]")!;
  findAll("[role=tab]", list).forEach((other) => {
    const chosen = other === tab;
    other.setAttribute("aria-selected", String(chosen));
    other.tabIndex = chosen ? 0 : -1;
    const panel = find(`#${other.getAttribute("aria-controls")}`);
    if (panel?.dataset.section !== undefined) panel.toggleAttribute("data-chosen", chosen);
    else if (panel) panel.hidden = !chosen;
    if (chosen && panel) unopened(panel)?.dispatchEvent(new CustomEvent("open"));
  });
}

on("click", "[role=tab][aria-controls]", (tab) => {
  const wanted = tab.dataset.focus;
  const focus = () => wanted && find(wanted)?.focus();
  const panel = find(`#${tab.getAttribute("aria-controls")}`);
  if (panel && unopened(panel)) panel.addEventListener("htmx:after:swap", focus, { once: true });
  select(tab);
  focus();
});

on("keydown", "[role=tab][aria-controls]", (tab, event) => {
  if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
  const step = (event.key === "ArrowRight") === isRtl(tab) ? -1 : 1;
  const tabs = findAll("[role=tab]", tab.closest("[role=tablist]")!);
  const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length]!;
  event.preventDefault();
  select(next);
  next.focus();
});
