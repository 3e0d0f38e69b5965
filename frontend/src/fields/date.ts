// <sila-date>: the browser's date field, with the Hijri date beside it and a Hijri month to pick from.
import { find } from "../lib/dom";
import { hijri, iso, longDate, month, monthName, monthStart, parse, shift, weekday } from "./hijri";

class SilaDate extends HTMLElement {
  private shown = new Date();

  connectedCallback(): void {
    this.addEventListener("input", () => this.label());
    this.addEventListener("click", (event) => this.pressed(event));
    this.label();
  }

  private get input(): HTMLInputElement {
    return find<HTMLInputElement>("input", this)!;
  }

  private label(): void {
    const date = parse(this.input.value.slice(0, 10));
    const label = find("[data-hijri]", this);
    if (label) label.textContent = Number.isNaN(date.getTime()) ? "" : longDate(date);
  }

  private pressed(event: Event): void {
    const button = (event.target as Element).closest<HTMLElement>("button");
    if (!button) return;
    const { day, step } = button.dataset;
    if (day) this.choose(day);
    else if (step) this.draw(step === "1" ? shift(monthStart(this.shown), 31) : shift(monthStart(this.shown), -1));
    else this.draw(parse(this.input.value.slice(0, 10) || iso(new Date())));
  }

  private choose(day: string): void {
    const hour = this.input.value.slice(11) || "09:00";
    this.input.value = this.input.type === "date" ? day : `${day}T${hour}`;
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    find("[popover]", this)?.hidePopover();
    this.input.focus();
  }

  private draw(date: Date): void {
    this.shown = date;
    const days = month(date);
    const grid = find("[data-days]", this)!;
    const first = Number(this.dataset.weekStart ?? 0);
    const lead = (days[0]!.getUTCDay() - first + 7) % 7;
    const names = Array.from({ length: 7 }, (_, index) => shift(days[0]!, index - lead));
    grid.replaceChildren(...names.map((name) => this.cell("span", weekday(name))));
    grid.append(...Array.from({ length: lead }, () => this.cell("span", "")), ...days.map((day) => this.day(day)));
    find("[data-month]", this)!.textContent = monthName(date);
  }

  private cell(tag: string, words: string): HTMLElement {
    const element = document.createElement(tag);
    element.textContent = words;
    return element;
  }

  private day(date: Date): HTMLElement {
    const button = this.cell("button", String(hijri(date).day)) as HTMLButtonElement;
    button.type = "button";
    button.dataset.day = iso(date);
    button.setAttribute("aria-pressed", String(this.input.value.startsWith(iso(date))));
    button.setAttribute("aria-label", longDate(date));
    if (iso(new Date()) === iso(date)) button.setAttribute("aria-current", "date");
    button.append(this.cell("small", `${date.getUTCDate()}/${date.getUTCMonth() + 1}`));
    return button;
  }
}

customElements.define("sila-date", SilaDate);
