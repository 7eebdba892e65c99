import { HandshakeProbe, type ProbeParts } from '../handshake-probe.ts';
import type { Workload } from './workload.ts';

/**
 * Handshakes as clients make them; connections are held until the end of the step.
 *
 * @param tokens an access token for each try of a step
 */
export function handshakeTries(parts: ProbeParts, tokens: readonly string[]): Workload {
  const probes: HandshakeProbe[] = [];
  return {
    begin(n) {
      const probe = new HandshakeProbe(parts, tokens[n] ?? '', n);
      probes.push(probe);
      return probe.outcome;
    },
    async end() {
      for (const probe of probes) probe.hangUp();
      await Promise.all(probes.map(({ gone }) => gone));
    },
  };
}
