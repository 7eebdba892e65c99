/** An answer or frame of a remote that squall could not use, with its count. */
export interface Sighting {
  /**
   * an ended attempt or connection, an unexpected frame, a failed request for a token or for a ticket before a dial; `gone`:
   * an attempt that failed after the last client had become ready, in a run that ended with no ready client
   */
  readonly kind: 'end' | 'frame' | 'token' | 'ticket' | 'gone';
  /** `HTTP 403`, `close 4401`, `TLS`, `invalid-grant`; a signal's name for `gone`; `others` for sightings of a kind beyond the limit */
  readonly what: string;
  /** text from the remote, of bounded length, without control characters and tokens; may be empty */
  readonly text: string;
  readonly count: number;
}

/** Beginning of a sighting's description. */
const WHOSE: Readonly<Record<Sighting['kind'], string>> = {
  end: '',
  frame: 'unexpected ',
  token: 'token endpoint: ',
  ticket: 'ticket service: ',
  gone: 'after the last client had become ready: ',
};

/** Sightings whose text says what squall found wrong, and quotes nothing. */
const OWN_WORDS: ReadonlySet<string> = new Set(['TLS', 'bad-handshake', 'bad-frame']);

/** Most different sightings of a run. */
const KEPT_MAX = 20;

/**
 * Merges the sightings of several processes, the most frequent first.
 *
 * @example addSightings([[{ kind: 'end', what: 'HTTP 403', text: '', count: 2 }], [{ kind: 'end', what: 'HTTP 403', text: '', count: 1 }]]) // count: 3
 */
export function addSightings(parts: readonly (readonly Sighting[])[]): readonly Sighting[] {
  const sums = new Map<string, Sighting>();
  for (const each of parts.flat()) {
    const key = `${each.kind} ${each.what} ${each.text}`;
    const before = sums.get(key)?.count ?? 0;
    sums.set(key, { ...each, count: before + each.count });
  }
  return [...sums.values()].toSorted((a, b) => b.count - a.count).slice(0, KEPT_MAX);
}

/**
 * Describes a sighting in a few words.
 *
 * @example sightingText({ kind: 'end', what: 'HTTP 403', text: 'no', count: 2 }) // 'HTTP 403 "no" (2 times)'
 */
export function sightingText({ kind, what, text, count }: Sighting): string {
  const quoted = text === '' ? '' : OWN_WORDS.has(what) ? `: ${text}` : ` "${text}"`;
  return `${WHOSE[kind]}${what}${quoted} (${count === 1 ? 'once' : `${count} times`})`;
}
