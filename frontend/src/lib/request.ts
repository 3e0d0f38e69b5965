// Requests that scripts start. They go through htmx, so headers, nonces and partial answers work as in markup.

interface Htmx {
  ajax(method: string, url: string, options: object): Promise<void>;
  trigger(element: Element | string, event: string, detail?: object): void;
}
declare global {
  interface Window {
    htmx: Htmx;
  }
}

interface Options {
  source?: HTMLElement;
  target?: HTMLElement | string;
  swap?: string;
  values?: Record<string, string>;
}

/** Send, swap the answer, and tell its HTTP status (0 if there was none). */
export async function send(method: string, url: string, options: Options = {}): Promise<number> {
  const source = options.source ?? document.body;
  let status = 0;
  const note = (event: Event) => {
    const { ctx } = (event as CustomEvent).detail;
    if (ctx.sourceElement === source) status = ctx.response?.status ?? 0;
  };
  document.addEventListener("htmx:after:request", note);
  try {
    await window.htmx.ajax(method, url, { swap: "none", ...options, source });
  } finally {
    document.removeEventListener("htmx:after:request", note);
  }
  return status;
}

/** Fill `{id}` and the like in an address that the server wrote once for the whole list. */
export function fill(pattern: string, values: Record<string, string>): string {
  return pattern.replace(/(?:\{|%7B)(\w+)(?:\}|%7D)/gi, (_, name: string) => encodeURIComponent(values[name] ?? ""));
}
