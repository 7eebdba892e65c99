import type { Signal } from '../../core/signal.ts';
import { HandshakeProbe, type ProbeParts } from '../handshake-probe.ts';
import type { Workload } from './workload.ts';

/** Handshakes as clients make them; connections are held until the end of the step. */
export class Handshakes implements Workload {
  readonly #parts: ProbeParts;
  readonly #tokens: readonly string[];
  /** one probe for each try of a step */
  readonly #probes: HandshakeProbe[] = [];

  /** @param tokens an access token for each try of a step */
  constructor(parts: ProbeParts, tokens: readonly string[]) {
    this.#parts = parts;
    this.#tokens = tokens;
  }

  begin(n: number): Promise<Signal | null> {
    const probe = new HandshakeProbe(this.#parts, this.#tokens[n] ?? '', n);
    this.#probes.push(probe);
    return probe.outcome;
  }

  async end(): Promise<void> {
    for (const probe of this.#probes) probe.hangUp();
    await Promise.all(this.#probes.map(({ gone }) => gone));
  }
}
