// The service worker keeps one page, the one that is shown without a network, and what that needs. Pages, answers and
// files of a workspace are never kept here: the day lies in the database of the browser (store.ts).
import { seat } from "./store";

declare const SILA: { version: string; files: string[]; pages: Record<string, string> }; // written before this file by the server
interface WorkerEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}
interface FetchEvent extends WorkerEvent {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
const worker = self as unknown as EventTarget & { skipWaiting(): Promise<void>; clients: { claim(): Promise<void> } };
const NAME = `sila-${SILA.version}`;

async function install(): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll(SILA.files);
  for (const page of Object.values(SILA.pages)) await cache.add(new Request(page, { credentials: "omit" }));
  await worker.skipWaiting();
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("sila-") && name !== NAME).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const language = (await seat().catch(() => undefined))?.language ?? "ar";
    const kept = await caches.match(SILA.pages[language] ?? SILA.pages.ar!);
    if (kept) return kept;
    throw error;
  }
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

worker.addEventListener("install", (event) => (event as WorkerEvent).waitUntil(install()));
worker.addEventListener("activate", (event) => (event as WorkerEvent).waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  const { request } = event as FetchEvent;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") (event as FetchEvent).respondWith(page(request));
  else if (SILA.files.includes(new URL(request.url).pathname)) (event as FetchEvent).respondWith(file(request));
});
