// A form that is on its way is not sent again: Enter pressed twice saves once.
const sent = new WeakSet<Element>();

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.hasAttribute("hx-post")) return;
    if (!sent.has(form)) return void sent.add(form);
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

const free = (event: Event) => {
  const form = (event as CustomEvent).detail?.ctx?.sourceElement;
  if (form) sent.delete(form);
};
document.addEventListener("htmx:finally:request", free);
document.addEventListener("htmx:error", free);

// What was written is saved now; without this the morph would keep it in the composer, in the form for another one,
// or at its place among the lines of a layout, where another line stands now.
const ANEW = ".s-composer form, #entity-form, .s-layout form, form.s-worth";
document.addEventListener("htmx:after:request", (event) => {
  const { sourceElement, response } = (event as CustomEvent).detail.ctx;
  if (response.status < 400 && sourceElement?.matches?.(ANEW))
    HTMLFormElement.prototype.reset.call(sourceElement); // a button may be named reset
});
