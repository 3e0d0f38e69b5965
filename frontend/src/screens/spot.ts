// "I am here": asks the browser where that is, if the person wants it kept. Without an answer the time alone is sent.
const PATIENCE = 8000; // ms

export function start(form: HTMLFormElement): void {
  if (form.dataset.spot !== "kept" || !("geolocation" in navigator)) return;
  let asked = false;
  form.addEventListener("submit", (event) => {
    if (asked) return;
    asked = true;
    event.preventDefault();
    form.querySelector("[data-spot-said]")?.setAttribute("hidden", "");
    form.querySelector("[data-spot-asking]")?.removeAttribute("hidden");
    const send = (): void => form.requestSubmit();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        set(form, "place", `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`);
        set(form, "accuracy", String(Math.round(coords.accuracy)));
        send();
      },
      send,
      { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 60_000 },
    );
  });
}

function set(form: HTMLFormElement, name: string, value: string): void {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement) field.value = value;
}
