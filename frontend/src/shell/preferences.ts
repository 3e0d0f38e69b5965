// Theme and density change at once; the form behind the button tells the server, so that they stay. Who changes the
// language leaves the page: that form says both again, for what is still on its way to the server would be lost.
import { findAll, on } from "../lib/dom";

on("click", "[data-set-theme], [data-set-density]", (button) => {
  const { setTheme, setDensity } = button.dataset;
  if (setTheme) mark("setTheme", "theme", setTheme);
  if (setDensity) mark("setDensity", "density", setDensity);
});

function mark(button: "setTheme" | "setDensity", name: "theme" | "density", value: string): void {
  document.documentElement.dataset[name] = value;
  findAll<HTMLInputElement>(`input[name="${name}"][data-as-shown]`).forEach((shown) => (shown.value = value));
  const attribute = name === "theme" ? "data-set-theme" : "data-set-density";
  findAll(`[${attribute}]`).forEach((other) =>
    other.setAttribute("aria-pressed", String(other.dataset[button] === value)),
  );
}
