import { request } from 'undici';
import type { FaultOf } from '../../core/fault/fault.ts';
import type { OccurrenceOf } from '../../core/fault/occurrence.ts';
import { messageOf, type InjectionLog, type Injector } from './injector.ts';

type Toxiproxy = FaultOf<'toxiproxy'>;
type ToxiproxyOccurrence = OccurrenceOf<'toxiproxy'>;

/** How long the API may take to answer. */
const TIMEOUT_MS = 5000;
/** Characters of an answer that a report quotes, at most. */
const TOLD_CHARS = 200;

/**
 * Adds and removes toxics of a Toxiproxy that the user runs, through its HTTP API
 * (https://github.com/Shopify/toxiproxy#http-api). It has hit when the API confirmed it.
 */
export class ToxiproxyInjector implements Injector<'toxiproxy'> {
  readonly #account: InjectionLog;
  /** what has been added, and when that will have been done: it is removed after that */
  readonly #added = new Map<
    number,
    { readonly fault: Toxiproxy; readonly name: string; readonly done: Promise<boolean> }
  >();
  readonly #removing = new Set<Promise<void>>();

  constructor(account: InjectionLog) {
    this.#account = account;
  }

  begin(occurrence: ToxiproxyOccurrence): void {
    const { fault, index } = occurrence;
    this.#account.planned(occurrence, 1);
    const name = `squall-${process.pid}-${index}`;
    this.#added.set(index, { fault, name, done: this.#add(occurrence, fault, name) });
  }

  end(occurrence: ToxiproxyOccurrence): void {
    const removal = this.#remove(occurrence.index).catch((error: unknown) =>
      this.#account.failed(occurrence, `it could not be removed: ${messageOf(error)}`),
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
      this.#account.hit(occurrence);
      return true;
    } catch (error) {
      this.#account.failed(occurrence, messageOf(error));
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

/** @throws Error that says what Toxiproxy answered */
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

/** The beginning of an answer, as long as a report quotes it; the rest is not read. */
async function beginningOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of body) {
    text += Buffer.from(chunk).toString('utf8');
    if (text.length >= TOLD_CHARS) break;
  }
  return text.slice(0, TOLD_CHARS);
}
