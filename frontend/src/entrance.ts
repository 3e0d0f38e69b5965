// Pages before sign-in need no htmx: only the menus, and the eye that shows a password.
import "./shell/current";
import "./shell/menus";
import { find, on } from "./lib/dom";

on("click", "[data-reveal]", (button) => {
  const input = button.parentElement?.querySelector("input");
  if (!input) return;
  input.type = input.type === "password" ? "text" : "password";
  button.setAttribute("aria-pressed", String(input.type === "text"));
});

// A passkey that was refused or cancelled: say so, the browser may have said nothing.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const words = find("#passkey-error");
  if (words) words.hidden = false;
});
