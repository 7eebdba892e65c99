import { isStatus, NETWORK, signalName, type Signal } from '../core/signal.ts';
import type { Sighting } from '../metrics/sighting.ts';
import { quotable } from './quotable.ts';

/** Distinct sightings that a worker keeps of each kind; of the others it keeps a count. */
const KEPT_MAX = 6;
/** Bytes of what a remote said that are looked at. */
const LOOKED_AT_BYTES = 4096;

type Kind = Sighting['kind'];

interface Seen {
  readonly what: string;
  readonly text: string;
  count: number;
}

/** What is left of what clients saw of a remote, for a report that explains a failure. */
export class Sightings {
  readonly #byKind = new Map<Kind, Map<string, Seen>>();
  readonly #others = new Map<Kind, number>();

  /**
   * Hot in a storm of closes: one look-up for each.
   *
   * @param said as the remote sent it
   * @param secrets texts that must not be quoted, asked for only when something new is seen
   */
  note(kind: Kind, signal: Signal, said: Buffer | string, secrets: () => Iterable<string>): void {
    let seen = this.#byKind.get(kind);
    if (seen === undefined) this.#byKind.set(kind, (seen = new Map<string, Seen>()));
    // Frames may come by the thousand: once enough are kept they are no longer read.
    if (kind === 'frame' && seen.size === KEPT_MAX) return this.#other(kind);
    const text = typeof said === 'string' ? said.slice(0, LOOKED_AT_BYTES) : said.toString('utf8', 0, LOOKED_AT_BYTES);
    const key = `${signal} ${text}`;
    const known = seen.get(key);
    if (known !== undefined) known.count += 1;
    else if (seen.size < KEPT_MAX)
      seen.set(key, { what: whatOf(kind, signal), text: quotable(text, secrets()), count: 1 });
    else this.#other(kind);
  }

  #other(kind: Kind): void {
    this.#others.set(kind, (this.#others.get(kind) ?? 0) + 1);
  }

  /** All of them, with a sighting without text for those of a kind that were not kept. */
  export(): readonly Sighting[] {
    return [...this.#byKind].flatMap(([kind, seen]) => {
      const others = this.#others.get(kind) ?? 0;
      const rest = others === 0 ? [] : [{ kind, what: 'others', text: '', count: others }];
      return [...[...seen.values()].map((each): Sighting => ({ kind, ...each })), ...rest];
    });
  }
}

function whatOf(kind: Kind, signal: Signal): string {
  if (kind === 'frame') return 'frame';
  if (isStatus(signal)) return `HTTP ${signal}`;
  if (signal >= 1000) return `close ${signal}`;
  return signal === NETWORK.tls ? 'TLS' : signalName(signal);
}
