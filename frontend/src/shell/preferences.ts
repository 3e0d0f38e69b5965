// Theme and density change at once; the form behind the button tells the server, so that they stay.
import { findAll, on } from "../lib/dom";

on("click", "[data-set-theme], [data-set-density]", (button) => {
  const { setTheme, setDensity } = button.dataset;
  if (setTheme) mark("setTheme", "theme", setTheme);
  if (setDensity) mark("setDensity", "density", setDensity);
});

function mark(button: "setTheme" | "setDensity", name: "theme" | "density", value: string): void {
  document.documentElement.dataset[name] = value;
  const attribute = name === "theme" ? "data-set-theme" : "data-set-density";
  findAll(`[${attribute}]`).forEach((other) =>
    other.setAttribute("aria-pressed", String(other.dataset[button] === value)),
  );
}
