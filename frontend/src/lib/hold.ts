// Something is held and carried: by a mouse that moves, or by a finger after a long press, so that a swipe still scrolls.
const LONG_PRESS = 350;
const SLIP = 6; // pixels that a hand trembles

interface Carrying {
  lift(): void;
  move(x: number, y: number): void; // on every frame, so that the page can scroll on at its edge
  end(kept: boolean): void;
}

const stopped = (event: Event) => (event.preventDefault(), event.stopImmediatePropagation());

/** The click that the browser makes of the release would follow the link that was carried. */
function swallowClick(): void {
  document.addEventListener("click", stopped, { capture: true });
  setTimeout(() => document.removeEventListener("click", stopped, { capture: true }));
}

export function hold(press: PointerEvent, carrying: Carrying): void {
  const touch = press.pointerType === "touch";
  const over = new AbortController();
  const options = { signal: over.signal, passive: false };
  let at = press;
  let lifted = false;
  const frame = () => {
    if (over.signal.aborted) return;
    carrying.move(at.clientX, at.clientY);
    requestAnimationFrame(frame);
  };
  const lift = () => {
    lifted = true;
    carrying.lift();
    requestAnimationFrame(frame);
  };
  const timer = touch ? setTimeout(lift, LONG_PRESS) : undefined;
  const end = (kept: boolean) => {
    over.abort();
    clearTimeout(timer);
    if (!lifted) return;
    swallowClick();
    if (kept) carrying.move(at.clientX, at.clientY);
    carrying.end(kept);
  };
  const moved = (move: PointerEvent) => {
    at = move;
    if (lifted || Math.hypot(move.clientX - press.clientX, move.clientY - press.clientY) < SLIP) return;
    if (touch) end(false);
    else lift();
  };
  document.addEventListener("pointermove", moved, options);
  document.addEventListener("pointerup", (up) => ((at = up), end(true)), options);
  document.addEventListener("pointercancel", () => end(false), options);
  document.addEventListener("contextmenu", (menu) => touch && menu.preventDefault(), options);
  document.addEventListener("touchmove", (move) => lifted && move.preventDefault(), options);
  document.addEventListener("keydown", (key) => key.key === "Escape" && lifted && (stopped(key), end(false)), options);
}
