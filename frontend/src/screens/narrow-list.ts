// A search box over lines that are all here: fields of the filter builder, columns.
import { findAll, on } from "../lib/dom";

const plain = (words: string) => words.normalize("NFKC").toLowerCase().replace(/[\u064B-\u0652\u0640]/g, "")
  .replace(/[أإآٱ]/g, "ا").replace(/ى/g, "ي").replace(/ة/g, "ه");

on("input", "[data-narrow]", (input) => {
  const wanted = plain((input as HTMLInputElement).value.trim());
  findAll(input.dataset.narrow!).forEach((line) => (line.hidden = !plain(line.textContent ?? "").includes(wanted)));
});
