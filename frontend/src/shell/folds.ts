// A fold with an id stays as the reader left it when its part of the page is fetched anew.
const folds = new Map<string, boolean>();

document.addEventListener(
  "toggle",
  (event) => {
    const fold = event.target;
    if (fold instanceof HTMLDetailsElement && fold.id) folds.set(fold.id, fold.open);
  },
  true,
);

document.addEventListener("htmx:after:swap", () =>
  folds.forEach((open, id) => {
    const fold = document.getElementById(id);
    if (fold instanceof HTMLDetailsElement) fold.open = open;
  }),
);
