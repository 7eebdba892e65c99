import { isStatus, NETWORK, signalName, type Signal } from '../../core/signal.ts';
import type { Sighting } from '../../metrics/sighting.ts';
import { binaryText, isText } from './binary-text.ts';
import { quotable } from './quotable.ts';
import { SecretTexts } from './secret-texts.ts';

/** Most distinct sightings of each kind that a worker keeps; others are only counted. */
const KEPT_MAX = 6;
/** Most bytes of a remote's text that are read. */
const LOOKED_AT_BYTES = 4096;

type Kind = Sighting['kind'];

interface Seen {
  readonly what: string;
  readonly text: string;
  count: number;
}

/** Samples of a remote's texts that clients could not use, to explain a failure in the report. */
export class Sightings {
  readonly #byKind = new Map<Kind, Map<string, Seen>>();
  readonly #others = new Map<Kind, number>();
  readonly #secretTexts: SecretTexts;

  /** @param secretTexts texts that must not be quoted to anybody: what stands in the file of users */
  constructor(secretTexts = new SecretTexts([])) {
    this.#secretTexts = secretTexts;
  }

  /**
   * Counts a sighting. In a storm of closes this is hot: one look-up each.
   *
   * @param said text as the remote sent it
   * @param secrets returns texts that must not be quoted; called only for a new sighting
   */
  note(kind: Kind, signal: Signal, said: Buffer | string, secrets: () => Iterable<string>): void {
    let seen = this.#byKind.get(kind);
    if (seen === undefined) this.#byKind.set(kind, (seen = new Map<string, Seen>()));
    // Frames may be many, so they are not read once enough are kept.
    if (kind === 'frame' && seen.size === KEPT_MAX) return this.#other(kind);
    const text = typeof said === 'string' ? said.slice(0, LOOKED_AT_BYTES) : said.toString('utf8', 0, LOOKED_AT_BYTES);
    const key = `${signal} ${text}`;
    const known = seen.get(key);
    if (known !== undefined) known.count += 1;
    else if (seen.size === KEPT_MAX) this.#other(kind);
    else if (kind === 'frame' && typeof said !== 'string' && !isText(said))
      seen.set(key, { what: 'binary frame', text: binaryText(said), count: 1 });
    else seen.set(key, { what: whatOf(kind, signal), text: quotable(text, secrets(), this.#secretTexts), count: 1 });
  }

  #other(kind: Kind): void {
    this.#others.set(kind, (this.#others.get(kind) ?? 0) + 1);
  }

  /** Returns all sightings, with one without text for each kind that has more than were kept. */
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
