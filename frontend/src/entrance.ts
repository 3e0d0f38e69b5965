// Pages before sign-in need no htmx: only the menus, the help, and the eye that shows a password.
import "./fields/file";
import "./shell/current";
import "./shell/menus";
import { show } from "./shell/dialogs";
import { find, on, whenPresent } from "./lib/dom";
import { wipe } from "./offline/store";

// Whoever stands before the door is not signed in: the day that this device kept is gone.
if (find(".s-signin") && "indexedDB" in window) void wipe().catch(() => undefined);

whenPresent("[data-sign]", async (form) => (await import("./screens/sign")).start(form));

// F1 as inside: the help stands in the page already.
document.addEventListener("keydown", (event) => {
  if (event.key !== "F1") return;
  event.preventDefault();
  const help = find<HTMLDialogElement>("#help");
  if (help?.open) help.close();
  else show(help);
});

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
