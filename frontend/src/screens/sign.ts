// A signature drawn with finger, pen or mouse. It is kept as the path of an SVG in a box of 600 × 200.
import { find, findAll } from "../lib/dom";

const [WIDTH, HEIGHT, LONGEST] = [600, 200, 30_000];

export function start(form: HTMLElement): void {
  const [pad, kept] = [find("[data-pad]", form)!, find<HTMLInputElement>("[name=drawing]", form)!];
  const [sheet, path] = [find("svg", pad) as unknown as SVGSVGElement, find("path", pad)!];
  const manners = findAll<HTMLInputElement>("[name=manner]", form);

  const show = () => (pad.hidden = !manners.some((manner) => manner.checked && manner.value === "drawn"));
  const keep = (strokes: string) => {
    kept.value = strokes;
    path.setAttribute("d", strokes);
  };
  const place = ({ clientX, clientY }: PointerEvent) => {
    const box = sheet.getBoundingClientRect();
    const within = (at: number, most: number) => Math.min(Math.max(at * most, 0), most - 1).toFixed(0);
    return `${within((clientX - box.left) / box.width, WIDTH)} ${within((clientY - box.top) / box.height, HEIGHT)}`;
  };

  sheet.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    sheet.setPointerCapture(event.pointerId);
    keep(`${kept.value}M${place(event)} L${place(event)} `);
  });
  sheet.addEventListener("pointermove", (event) => {
    if (sheet.hasPointerCapture(event.pointerId) && kept.value.length < LONGEST - 20) keep(`${kept.value}L${place(event)} `);
  });
  find("[data-clear]", pad)!.addEventListener("click", () => keep(""));
  manners.forEach((manner) => manner.addEventListener("change", show));
  find("[data-draws]", form)!.hidden = false; // without scripts only the typed name is offered
  keep(kept.value);
  show();
}
