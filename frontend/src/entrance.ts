// Pages before sign-in need no htmx: only the menus, and the eye that shows a password.
import "./shell/menus";
import { on } from "./lib/dom";

on("click", "[data-reveal]", (button) => {
  const input = button.parentElement?.querySelector("input");
  if (!input) return;
  input.type = input.type === "password" ? "text" : "password";
  button.setAttribute("aria-pressed", String(input.type === "text"));
});
