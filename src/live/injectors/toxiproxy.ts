import type { FaultOf } from '../../core/fault/fault.ts';
import type { OccurrenceOf } from '../../core/fault/occurrence.ts';
import { loadUndici } from '../http/undici.ts';
import { messageOf, type InjectionLog, type Injector } from './injector.ts';

type Toxiproxy = FaultOf<'toxiproxy'>;

/** Longest time that the API may take to answer, ms. */
const TIMEOUT_MS = 5000;
/** Most characters of an answer that a report quotes. */
const MAX_QUOTED_CHARS = 200;

/**
 * Adds toxics to the user's Toxiproxy and removes them, through its HTTP API
 * (https://github.com/Shopify/toxiproxy#http-api). A toxic has hit when the API has confirmed it.
 */
export function toxiproxyInjector(log: InjectionLog): Injector<'toxiproxy'> {
  /** added toxics by occurrence index; `done` resolves to whether the API accepted it, and removal waits for that */
  const added = new Map<
    number,
    { readonly fault: Toxiproxy; readonly name: string; readonly done: Promise<boolean> }
  >();
  const removing = new Set<Promise<void>>();

  async function add(occurrence: OccurrenceOf<'toxiproxy'>, name: string): Promise<boolean> {
    const { url, proxy, toxic } = occurrence.fault;
    try {
      if (toxic.type === 'down') await call(proxyUrl(url, proxy), 'POST', { enabled: false });
      else await call(`${proxyUrl(url, proxy)}/toxics`, 'POST', { name, ...toxic });
      log.hit(occurrence);
      return true;
    } catch (error) {
      log.failed(occurrence, messageOf(error));
      return false;
    }
  }

  async function remove(index: number): Promise<void> {
    const entry = added.get(index);
    if (entry === undefined) return;
    added.delete(index);
    if (!(await entry.done)) return;
    const { fault, name } = entry;
    const proxy = proxyUrl(fault.url, fault.proxy);
    if (fault.toxic.type === 'down') await call(proxy, 'POST', { enabled: true });
    else await call(`${proxy}/toxics/${name}`, 'DELETE');
  }

  return {
    begin(occurrence) {
      const { fault, index } = occurrence;
      log.planned(occurrence, 1);
      const name = `squall-${process.pid}-${index}`;
      added.set(index, { fault, name, done: add(occurrence, name) });
    },
    end(occurrence) {
      const removal = remove(occurrence.index).catch((error: unknown) =>
        log.failed(occurrence, `it could not be removed: ${messageOf(error)}`),
      );
      removing.add(removal);
      void removal.finally(() => removing.delete(removal));
    },
    async close() {
      await Promise.allSettled([...removing, ...Array.from(added.keys(), (index) => remove(index))]);
    },
  };
}

function proxyUrl(api: string, proxy: string): string {
  return `${api.replace(/\/+$/, '')}/proxies/${encodeURIComponent(proxy)}`;
}

/** @throws Error with Toxiproxy's answer */
async function call(url: string, method: 'POST' | 'DELETE', body?: object): Promise<void> {
  const response = await loadUndici().request(url, {
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
