// <sila-upload data-url data-target>: files are dropped or chosen and sent one by one, with progress.
// The server answers each with the fragment that replaces the target.
import { find, on, text } from "../lib/dom";
import { toast } from "../shell/toasts";

class SilaUpload extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("dragover", (event) => this.over(event, true));
    this.addEventListener("dragleave", (event) => this.over(event, false));
    this.addEventListener("drop", (event) => {
      this.over(event, false);
      void this.sendAll([...(event.dataTransfer?.files ?? [])]);
    });
    this.addEventListener("change", (event) => {
      const input = event.target as HTMLInputElement;
      if (input.files) void this.sendAll([...input.files]).then(() => (input.value = ""));
    });
  }

  private over(event: DragEvent, on: boolean): void {
    event.preventDefault();
    find(".s-dropzone", this)?.classList.toggle("s-over", on);
  }

  private async sendAll(files: File[]): Promise<void> {
    const bar = find<HTMLProgressElement>("progress", this)!;
    bar.hidden = false;
    for (const file of files) {
      const refusal = await this.sendOne(file, bar);
      if (refusal) toast({ text: `${file.name}: ${refusal}`, kind: "bad" });
    }
    bar.hidden = true;
    const target = find(this.dataset.target ?? "");
    if (target && this.dataset.refresh)
      void window.htmx.ajax("GET", this.dataset.refresh, { target, swap: "outerMorph", source: this });
  }

  /** fetch() cannot tell how far an upload has come, XMLHttpRequest can. Answers the server's refusal, if any. */
  private sendOne(file: File, bar: HTMLProgressElement): Promise<string> {
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      const body = new FormData();
      body.append("file", file);
      request.open("POST", this.dataset.url!);
      const headers = JSON.parse(document.body.getAttribute("hx-headers:inherited") ?? "{}") as Record<string, string>;
      Object.entries(headers).forEach(([name, value]) => request.setRequestHeader(name, value));
      request.upload.onprogress = ({ loaded, total }) => (bar.value = (loaded / total) * 100);
      request.onload = () => {
        const refusal = request.getResponseHeader("X-Refusal"); // percent-encoded, because headers are ASCII
        done(request.status < 400 ? "" : refusal ? decodeURIComponent(refusal) : text("failed"));
      };
      request.onerror = () => done(text("offline"));
      request.send(body);
    });
  }
}

customElements.define("sila-upload", SilaUpload);
