import type { Capability, ForeignProtocol } from './capabilities.ts';

/**
 * The name of a test that proves cells of the table of protocols: `test(proves('mqtt', 'client ping', 'ping a broker'), …)`.
 * The table's own test finds the calls in the source, so protocol and capabilities stand there as literals.
 */
export function proves(
  protocol: ForeignProtocol,
  capabilities: Capability | readonly Capability[],
  what: string,
): string {
  return `${what} (${protocol}: ${[capabilities].flat().join(', ')})`;
}
