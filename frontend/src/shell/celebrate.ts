// HX-Trigger: sila:celebrate, after a deal was won: a handful of paper, and only for those who like motion.
const PIECES = 36;
const COLOURS = ["var(--accent)", "var(--green-fill)", "var(--amber-fill)", "var(--h4)"];

function piece(index: number): void {
  const paper = document.createElement("i");
  paper.className = "s-paper";
  paper.style.background = COLOURS[index % COLOURS.length]!;
  document.body.append(paper);
  const aside = (Math.random() - 0.5) * innerWidth * 0.7;
  const down = innerHeight * (0.35 + Math.random() * 0.4);
  const frames = [
    { translate: "0 0", rotate: "0deg", opacity: 1 },
    { translate: `${aside * 0.8}px ${down * 0.3}px`, rotate: "200deg", opacity: 1, offset: 0.4 },
    { translate: `${aside}px ${down}px`, rotate: "520deg", opacity: 0 },
  ];
  const timing = { duration: 900 + Math.random() * 700, easing: "cubic-bezier(.2,.7,.4,1)" };
  void paper.animate(frames, timing).finished.finally(() => paper.remove());
}

document.addEventListener("sila:celebrate", () => {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  Array.from({ length: PIECES }, (_, index) => piece(index));
});
