// Times on the scale of hours: minutes of a day, as the markup writes them and as the screen measures them.
const DAY = 24 * 60;
const ROW = 5;

/** 09:05; the style sheet knows every fifth minute. */
export function clock(minutes: number): string {
  const rounded = minutes - (minutes % ROW);
  return [Math.floor(rounded / 60), rounded % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

export function minutes(clocked: string): number {
  const [hour, minute] = clocked.split(":").map(Number);
  return hour! * 60 + minute!;
}

export function minuteAt(column: HTMLElement, y: number): number {
  const { top, height } = column.getBoundingClientRect();
  return Math.max(0, Math.min(DAY - 1, ((y - top) / height) * DAY));
}

/** In the reader's digits, as the server writes a time. */
export function shown(clocked: string): string {
  if (document.documentElement.dataset.digits !== "arab") return clocked;
  return clocked.replace(/\d/g, (digit) => "٠١٢٣٤٥٦٧٨٩"[Number(digit)]!);
}
