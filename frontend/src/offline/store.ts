// What this device keeps: the day that was read last, of one seat (a member of a workspace), and what was logged and is
// not sent yet. The day goes when its person signs out or another one signs in; an entry stays until its own seat sends it.

export interface Visit {
  url: string;
  about: string;
  title: string;
  time: string;
  done: boolean;
  where: string;
  map: string;
  phone: string;
  tel: string;
  notes: string[];
  deals: string[];
}
export interface Day {
  seat: string;
  workspace: string;
  language: string;
  day: string;
  day_text: string;
  at: number; // seconds since 1970
  time: string;
  visits: Visit[];
}
export interface Entry {
  key: string;
  seat: string;
  workspace: string;
  kind: string;
  text: string;
  about: string;
  name: string; // of what it is about
  at: string;
  picture?: Blob;
  pictureName?: string;
  state: "waiting" | "sent" | "refused";
  reasons?: string[];
  url?: string;
}
export interface Seat {
  user: string;
  seat: string;
  workspace: string;
  language: string;
}

const STORES = ["meta", "days", "entries"] as const;
type Store = (typeof STORES)[number];

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("sila", 1);
    request.onupgradeneeded = () => STORES.forEach((name) => request.result.createObjectStore(name));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run<T>(name: Store, mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(name, mode);
      const request = ask(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

const put = (name: Store, key: string, value: unknown) => run(name, "readwrite", (store) => store.put(value, key));

export const seat = (): Promise<Seat | undefined> => run("meta", "readonly", (store) => store.get("seat"));
export const keepSeat = (value: Seat) => put("meta", "seat", value);
export const day = (of: string): Promise<Day | undefined> => run("days", "readonly", (store) => store.get(of));
export const keepDay = (value: Day) => put("days", value.seat, value);
export const keepEntry = (value: Entry) => put("entries", value.key, value);
export const dropEntry = (key: string) => run("entries", "readwrite", (store) => store.delete(key));
export const draft = (of: string): Promise<Record<string, string> | undefined> =>
  run("meta", "readonly", (store) => store.get(`draft:${of}`));
export const keepDraft = (of: string, value: Record<string, string>) => put("meta", `draft:${of}`, value);

export async function entries(of: string): Promise<Entry[]> {
  const all: Entry[] = await run("entries", "readonly", (store) => store.getAll());
  return all.filter((entry) => entry.seat === of).sort((a, b) => a.at.localeCompare(b.at));
}

/** Everything but entries that are still to be sent. */
export async function wipe(): Promise<void> {
  await run("days", "readwrite", (store) => store.clear());
  await run("meta", "readwrite", (store) => store.clear());
  const all: Entry[] = await run("entries", "readonly", (store) => store.getAll());
  for (const entry of all) if (entry.state === "sent") await dropEntry(entry.key);
}
