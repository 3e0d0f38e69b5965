// The mark as PNG, for home screens: src/mark.svg drawn by its numbers, so that no image library is needed.
import { deflateSync } from "node:zlib";

const DEEP = [11, 98, 112], WHITE = [255, 255, 255], LIGHT = [143, 214, 225];
const FINE = 3; // samples of a pixel in each direction

// Distance to the edge of a rounded box with its corner at x, y: negative inside (I. Quilez, "2D distance functions").
function box(px, py, x, y, side, round) {
  const half = side / 2;
  const dx = Math.abs(px - x - half) - half + round, dy = Math.abs(py - y - half) - half + round;
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - round;
}

const ring = (px, py, at) => Math.abs(box(px, py, at, at, 13, 5)) <= 1.4;
const hidden = (px, py, x, y) => Math.hypot(px - x, py - y) < 3.1;

// The colour at a point of the 32 by 32 drawing, or none. `full`: without round corners, for systems that cut their own.
function colour(px, py, full) {
  if (ring(px, py, 12.6) && !hidden(px, py, 19.1, 12.4)) return LIGHT;
  if (ring(px, py, 6.4) && !hidden(px, py, 12.9, 19.6)) return WHITE;
  return full || box(px, py, 0, 0, 32, 8.5) <= 0 ? DEEP : null;
}

function rows(size, full) {
  const scale = full ? 40 / size : 32 / size, shift = full ? -4 : 0; // a margin: what is cut is at most a fifth
  const bytes = Buffer.alloc(size * (size * 4 + 1));
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const sum = [0, 0, 0, 0];
      for (let step = 0; step < FINE * FINE; step++) {
        const px = (x + ((step % FINE) + 0.5) / FINE) * scale + shift;
        const py = (y + (Math.floor(step / FINE) + 0.5) / FINE) * scale + shift;
        const found = colour(px, py, full);
        if (found) [0, 1, 2].forEach((part) => (sum[part] += found[part])), sum[3]++;
      }
      const at = y * (size * 4 + 1) + 1 + x * 4;
      if (sum[3]) [0, 1, 2].forEach((part) => (bytes[at + part] = Math.round(sum[part] / sum[3])));
      bytes[at + 3] = Math.round((255 * sum[3]) / (FINE * FINE));
    }
  return bytes;
}

const TABLE = Array.from({ length: 256 }, (_, number) => {
  let sum = number;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum >>> 0;
});

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name), data]);
  let sum = 0xffffffff;
  for (const byte of body) sum = TABLE[(sum ^ byte) & 255] ^ (sum >>> 8);
  const length = Buffer.alloc(4), end = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  end.writeUInt32BE((sum ^ 0xffffffff) >>> 0);
  return Buffer.concat([length, body, end]);
}

export function png(size, full = false) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8); // eight bits, with alpha
  const parts = [chunk("IHDR", head), chunk("IDAT", deflateSync(rows(size, full))), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...parts]);
}
