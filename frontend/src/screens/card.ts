// A picture of a card: the browser reads the code in it, by itself where it can, and only its words are sent.
import { find } from "../lib/dom";

const LONGEST = 1600; // pixels of the longer side: enough for a code, quick on a phone

interface Detector {
  detect(image: ImageBitmap): Promise<{ rawValue: string }[]>;
}
declare global {
  interface Window {
    BarcodeDetector?: { new (options: { formats: string[] }): Detector; getSupportedFormats(): Promise<string[]> };
  }
}

async function detected(image: ImageBitmap): Promise<string> {
  if (!window.BarcodeDetector || !(await window.BarcodeDetector.getSupportedFormats()).includes("qr_code")) return "";
  const found = await new window.BarcodeDetector({ formats: ["qr_code"] }).detect(image);
  return found[0]?.rawValue ?? "";
}

async function searched(image: ImageBitmap): Promise<string> {
  const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
  const { default: jsQR } = await import("jsqr");
  return jsQR(data, width, height)?.data ?? "";
}

export async function code(file: Blob): Promise<string> {
  const image = await createImageBitmap(file);
  return (await detected(image).catch(() => "")) || (await searched(image));
}

export function start(element: HTMLElement): void {
  const form = element as HTMLFormElement;
  const words = find<HTMLInputElement>("[name=code]", form)!;
  const input = find<HTMLInputElement>("[name=file]", form)!;
  const said = find("#f-card-error", form)!;
  const read = async () => {
    const file = input.files?.[0];
    words.value = said.textContent = "";
    if (!file?.type.startsWith("image/")) return true;
    words.value = await code(file).catch(() => "");
    if (!words.value) said.textContent = form.dataset.none!;
    else input.value = ""; // the picture stays here
    return Boolean(words.value);
  };
  input.addEventListener("change", async () => {
    if ((await read()) && (words.value || input.files?.length)) form.submit();
  });
}
