// What to do with answers that are not the fragment that was asked for.
import { text } from "../lib/dom";
import { toast } from "./toasts";

const SHOWN_IN_PLACE = new Set([409, 412, 422]);

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = (event as CustomEvent).detail;
  const { raw, status } = ctx.response;
  if (raw.redirected && new URL(raw.url).pathname.startsWith("/accounts/")) {
    ctx.swap = "none";
    location.reload(); // signed out meanwhile: the page itself knows the way to the sign-in
  } else if (status >= 400 && !SHOWN_IN_PLACE.has(status) && !ctx.hx.retarget) {
    ctx.swap = "none";
    toast({ text: text(status === 403 ? "refused" : status === 404 ? "gone" : "failed"), kind: "bad" });
  }
});

document.addEventListener("htmx:error", (event) => {
  const { ctx } = (event as CustomEvent).detail;
  if (!ctx?.response) toast({ text: text("offline"), kind: "bad" });
});
