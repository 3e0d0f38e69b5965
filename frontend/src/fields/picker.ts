// <sila-picker data-url [data-multiple] [data-create]>: type to search on the server, pick, see chips.
// Used for links to records, members and tags.
import { find, findAll, boxed } from "../lib/dom";

interface Option {
  value: string;
  text: string;
  hint?: string;
}

const WAIT = 120;

class SilaPicker extends HTMLElement {
  private timer = 0;

  connectedCallback(): void {
    this.addEventListener("input", (event) => event.target === this.query && this.ask(WAIT));
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("mousedown", (event) => this.press(event));
    this.addEventListener("click", (event) => (event.target === this.query ? this.ask(0) : this.pressed(event)));
    this.addEventListener("focusout", (event) => {
      if (!this.contains(event.relatedTarget as Node)) this.close();
    });
  }

  private get query(): HTMLInputElement {
    return find<HTMLInputElement>("input[type=text]", this)!;
  }

  private get list(): HTMLElement {
    return find("[role=listbox]", this)!;
  }

  private ask(wait: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.search(this.query.value), wait);
  }

  private async search(words: string): Promise<void> {
    if (!this.dataset.url) return;
    const url = new URL(this.dataset.url, location.href);
    url.searchParams.set("q", words);
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok || words !== this.query.value || !this.contains(document.activeElement)) return;
    const options = ((await answer.json()) as Option[]).map((option) => this.option(option));
    this.list.replaceChildren(...options);
    if (!options.length) this.list.append(boxed(this.list.dataset.none ?? "", "s-empty-line s-muted"));
    this.query.setAttribute("aria-expanded", "true");
    this.mark(0);
  }

  private option({ value, text, hint }: Option): HTMLElement {
    const element = document.createElement("span");
    element.className = "s-item";
    element.setAttribute("role", "option");
    Object.assign(element.dataset, { value, label: text });
    element.append(boxed(text, "s-cut"), boxed(hint ?? "", "s-muted s-small s-cut s-push"));
    return element;
  }

  private mark(index: number): void {
    const options = findAll("[role=option]", this.list);
    options.forEach((option, at) => {
      option.id ||= `${this.query.id}-${at}`;
      option.setAttribute("aria-selected", String(at === index));
    });
    if (options[index]) this.query.setAttribute("aria-activedescendant", options[index].id);
  }

  private key(event: KeyboardEvent): void {
    if (event.target !== this.query) return;
    const options = findAll("[role=option]", this.list);
    const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" && !options.length) this.ask(0);
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.mark((now + (event.key === "ArrowDown" ? 1 : -1) + options.length) % Math.max(options.length, 1));
    } else if (event.key === "Enter" && options[now]) this.pick(options[now]);
    else if (event.key === "Enter" && "create" in this.dataset && this.query.value.trim()) {
      this.add(this.query.value.trim(), this.query.value.trim());
    } else if (event.key === "Escape" && options.length) this.close();
    else if (event.key === "Backspace" && !this.query.value) find(".s-picked:last-of-type", this)?.remove();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private press(event: MouseEvent): void {
    const option = (event.target as Element).closest<HTMLElement>("[role=option]");
    if (!option) return;
    event.preventDefault(); // the field keeps its focus
    this.pick(option);
  }

  private pressed(event: MouseEvent): void {
    const chip = (event.target as Element).closest("button")?.closest(".s-picked");
    if (!chip) return;
    chip.remove();
    this.query.focus();
    this.changed();
  }

  private pick(option: HTMLElement): void {
    this.add(option.dataset.value!, option.dataset.label ?? option.textContent!.trim());
  }

  private add(value: string, label: string): void {
    if (!("multiple" in this.dataset)) findAll(".s-picked", this).forEach((chip) => chip.remove());
    const template = find<HTMLTemplateElement>("template", this)!;
    const chip = (template.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement;
    find<HTMLInputElement>("input", chip)!.value = value;
    find("bdi", chip)!.textContent = label;
    this.query.before(chip);
    this.query.value = "";
    this.close();
    this.changed();
  }

  private changed(): void {
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private close(): void {
    clearTimeout(this.timer);
    this.list.replaceChildren();
    this.query.setAttribute("aria-expanded", "false");
    this.query.removeAttribute("aria-activedescendant");
  }
}

customElements.define("sila-picker", SilaPicker);
