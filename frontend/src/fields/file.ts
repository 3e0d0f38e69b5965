// A field for one file (ui/file.html): its button says which was chosen.
import { find, on } from "../lib/dom";

on("change", ".s-file", (button, event) => {
  const file = (event.target as HTMLInputElement).files?.[0];
  if (file) find("bdi", button)!.textContent = file.name;
});
