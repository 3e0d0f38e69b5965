// A tick answers at once, and turns back if the server refuses.
document.addEventListener("htmx:response:error", (event) => {
  const { sourceElement } = (event as CustomEvent).detail.ctx;
  if (sourceElement?.matches?.("input[type=checkbox][hx-post]")) sourceElement.checked = !sourceElement.checked;
});
