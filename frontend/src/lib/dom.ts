// Small helpers. Listeners sit on the document, so that they outlive every swap.

type Handler<E extends Event> = (element: HTMLElement, event: E) => void;

export function on<K extends keyof DocumentEventMap>(
  type: K,
  selector: string,
  handler: Handler<DocumentEventMap[K]>,
  options?: AddEventListenerOptions,
): void {
  document.addEventListener(
    type,
    (event) => {
      const element = (event.target as Element | null)?.closest?.<HTMLElement>(selector);
      if (element) handler(element, event);
    },
    options,
  );
}

export function find<T extends HTMLElement = HTMLElement>(selector: string, root: ParentNode = document): T | null {
  return root.querySelector<T>(selector);
}

export function findAll<T extends HTMLElement = HTMLElement>(selector: string, root: ParentNode = document): T[] {
  return [...root.querySelectorAll<T>(selector)];
}

/** Run `start` once for each element that is on the page now or is swapped in later; busy until its script is there. */
export function whenPresent(selector: string, start: (element: HTMLElement) => Promise<void>): void {
  const started = new WeakSet<Element>();
  const look = () =>
    findAll(selector).forEach((element) => {
      if (started.has(element)) return;
      started.add(element);
      element.ariaBusy = "true";
      void start(element).finally(() => (element.ariaBusy = null));
    });
  look();
  document.addEventListener("htmx:after:swap", look);
}

export function isRtl(element: Element = document.documentElement): boolean {
  return element.matches(":dir(rtl)");
}

/** True where a letter means text and not a command. */
export function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  if (!element?.matches) return false;
  return element.isContentEditable || element.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}

/** True where Enter and Space already do something of their own. */
export function isControl(target: EventTarget | null): boolean {
  return !!(target as Element | null)?.closest?.("a[href], button, summary, input, select, textarea, [role=tab]");
}

export function openDialog(): HTMLDialogElement | null {
  return document.querySelector<HTMLDialogElement>("dialog[open]:not(.s-peek)");
}

/** Sentences of the page's language that scripts show; base.html writes them. */
export function text(name: string): string {
  return find("#texts")?.dataset[name] ?? "";
}

/** A value with its own direction, in a box that has that of the page: what pushes it to the end would else push the other way. */
export function boxed(words: string, css: string): HTMLElement {
  const box = document.createElement("span");
  const text = document.createElement("bdi");
  box.className = css;
  text.textContent = words;
  box.append(text);
  return box;
}
