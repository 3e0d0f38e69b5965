// A form for visitors. Without this script it works too: then somebody looks at what was sent before it is a lead.
import { sha256 } from "./lib/sha256";

const CHUNK = 2000; // tries between two looks at the page

const page = document.querySelector<HTMLElement>(".v-page")!;
const form = document.querySelector<HTMLFormElement>("form");

// ---- inside of another site: it may be as high as it is, and the site itself goes on ------------------------
if (window.parent !== window) {
  const tell = (word: object) => window.parent.postMessage(word, "*");
  new ResizeObserver(() => tell({ silaHeight: page.getBoundingClientRect().height })).observe(page);
  if (page.dataset.go) tell({ silaGo: page.dataset.go });
}

// ---- the work that slows programs down --------------------------------------------------------------------
const proof = form?.querySelector<HTMLInputElement>("input[data-nonce]");

async function work(input: HTMLInputElement): Promise<void> {
  const { nonce = "", zeros = "" } = input.dataset;
  for (let number = 0; ; number++) {
    if (sha256(`${nonce}:${number}`).startsWith(zeros)) {
      input.value = String(number);
      return;
    }
    if (number % CHUNK === CHUNK - 1) await new Promise((resolve) => setTimeout(resolve));
  }
}

const worked = proof ? work(proof) : Promise.resolve();
let sent = false;

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  if (sent) return;
  sent = true;
  form.querySelector("button")!.disabled = true;
  void worked.then(() => form.submit());
});

// Back to a form that was sent: it can be sent again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

document.querySelector<HTMLElement>("[aria-invalid]")?.focus();
