import { request } from 'undici';
import type { FaultOf } from '../../core/fault/fault.ts';
import type { OccurrenceOf } from '../../core/fault/occurrence.ts';
import { messageOf, type InjectionLog, type Injector } from './injector.ts';

type Toxiproxy = FaultOf<'toxiproxy'>;
type ToxiproxyOccurrence = OccurrenceOf<'toxiproxy'>;

/** Longest time that the API may take to answer, ms. */
const TIMEOUT_MS = 5000;
/** Most characters of an answer that a report quotes. */
const MAX_QUOTED_CHARS = 200;

/**
 * Adds toxics to the user's Toxiproxy and removes them, through its HTTP API
 * (https://github.com/Shopify/toxiproxy#http-api). A toxic has hit when the API has confirmed it.
 */
export class ToxiproxyInjector implements Injector<'toxiproxy'> {
  readonly #log: InjectionLog;
  /** added toxics by occurrence index; `done` resolves to whether the API accepted it, and removal waits for that */
  readonly #added = new Map<
    number,
    { readonly fault: Toxiproxy; readonly name: string; readonly done: Promise<boolean> }
  >();
  readonly #removing = new Set<Promise<void>>();

  constructor(log: InjectionLog) {
    this.#log = log;
  }

  begin(occurrence: ToxiproxyOccurrence): void {
    const { fault, index } = occurrence;
    this.#log.planned(occurrence, 1);
    const name = `squall-${process.pid}-${index}`;
    this.#added.set(index, { fault, name, done: this.#add(occurrence, fault, name) });
  }

  end(occurrence: ToxiproxyOccurrence): void {
    const removal = this.#remove(occurrence.index).catch((error: unknown) =>
      this.#log.failed(occurrence, `it could not be removed: ${messageOf(error)}`),
    );
    this.#removing.add(removal);
    void removal.finally(() => this.#removing.delete(removal));
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#removing, ...Array.from(this.#added.keys(), (index) => this.#remove(index))]);
  }

  async #add(occurrence: ToxiproxyOccurrence, { url, proxy, toxic }: Toxiproxy, name: string): Promise<boolean> {
    try {
      if (toxic.type === 'down') await call(proxyUrl(url, proxy), 'POST', { enabled: false });
      else await call(`${proxyUrl(url, proxy)}/toxics`, 'POST', { name, ...toxic });
      this.#log.hit(occurrence);
      return true;
    } catch (error) {
      this.#log.failed(occurrence, messageOf(error));
      return false;
    }
  }

  async #remove(index: number): Promise<void> {
    const entry = this.#added.get(index);
    if (entry === undefined) return;
    this.#added.delete(index);
    if (!(await entry.done)) return;
    const { fault, name } = entry;
    const proxy = proxyUrl(fault.url, fault.proxy);
    if (fault.toxic.type === 'down') await call(proxy, 'POST', { enabled: true });
    else await call(`${proxy}/toxics/${name}`, 'DELETE');
  }
}

function proxyUrl(api: string, proxy: string): string {
  return `${api.replace(/\/+$/, '')}/proxies/${encodeURIComponent(proxy)}`;
}

/** @throws Error with Toxiproxy's answer */
async function call(url: string, method: 'POST' | 'DELETE', body?: object): Promise<void> {
  const response = await request(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await beginningOf(response.body);
  if (response.statusCode >= 300) throw new Error(`Toxiproxy answered ${response.statusCode} ${text}`);
}

/** Reads as much of an answer as a report quotes. */
async function beginningOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of body) {
    text += Buffer.from(chunk).toString('utf8');
    if (text.length >= MAX_QUOTED_CHARS) break;
  }
  return text.slice(0, MAX_QUOTED_CHARS);
}
