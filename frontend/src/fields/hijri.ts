// Umm al-Qura dates by the browser's own tables (years 1300 to 1600 and more), never by arithmetic.

export interface Hijri {
  year: number;
  month: number;
  day: number;
}

const DAY = 86_400_000;
const parts = new Intl.DateTimeFormat("en-u-ca-islamic-umalqura-nu-latn", {
  year: "numeric",
  month: "numeric",
  day: "numeric",
  timeZone: "UTC",
});

export const parse = (iso: string) => new Date(`${iso}T00:00:00Z`);
export const iso = (date: Date) => date.toISOString().slice(0, 10);
export const shift = (date: Date, days: number) => new Date(date.getTime() + days * DAY);

export function hijri(date: Date): Hijri {
  const number = (type: string) => Number.parseInt(parts.formatToParts(date).find((part) => part.type === type)!.value);
  return { year: number("year"), month: number("month"), day: number("day") };
}

export const monthStart = (date: Date) => shift(date, 1 - hijri(date).day);

/** The days of the Hijri month in which `date` lies. */
export function month(date: Date): Date[] {
  const first = monthStart(date);
  const length = hijri(shift(first, 29)).day === 1 ? 29 : 30;
  return Array.from({ length }, (_, index) => shift(first, index));
}

function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const { lang, dataset } = document.documentElement;
  const digits = dataset.digits ?? "latn";
  return new Intl.DateTimeFormat(`${lang}-u-ca-islamic-umalqura-nu-${digits}`, { timeZone: "UTC", ...options });
}

export const longDate = (date: Date) => formatter({ day: "numeric", month: "long", year: "numeric" }).format(date);
export const monthName = (date: Date) => formatter({ month: "long", year: "numeric" }).format(date);
export const weekday = (date: Date) => formatter({ weekday: "narrow" }).format(date);
