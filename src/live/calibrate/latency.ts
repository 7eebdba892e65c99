import type { Carrier } from '../../core/token/carrier.ts';
import type { Finding } from './ramp.ts';

/** SYN, SYN-ACK, ACK with the request, answer: what a modelled handshake waits for, one way each. */
const TRIPS = 4;
/** The first message with the token, and its answer. */
const TRIPS_OF_MESSAGE = 2;

/**
 * The one-way latency with which a modelled handshake takes as long as a real one on an unloaded target:
 *
 *     (least median handshake of a step - service time) / trips
 *
 * The least, because load only adds to it, as does code that runs for the first time.
 *
 * The service time is that of a single server, 1 / capacity, and nothing where the capacity was not reached: then the
 * latency is the greatest that it can be. It holds whatever else takes time in a handshake that is not under load,
 * TLS above all.
 *
 * @returns null when no step was completed
 */
export function oneWayMs(handshakes: Finding, carrier: Carrier): number | null {
  const unloadedMs = unloadedHandshakeMs(handshakes);
  if (unloadedMs === null) return null;
  return Math.max(0, unloadedMs - (serviceMs(handshakes) ?? 0)) / tripsOf(carrier);
}

/** Returns the handshake time on an unloaded target, ms; null: no step was completed. */
export function unloadedHandshakeMs({ steps }: Finding): number | null {
  const medians = steps.map(({ p50Ms }) => p50Ms).filter((ms) => ms !== null);
  return medians.length === 0 ? null : Math.min(...medians);
}

/** Returns the service time of one request at a single server, ms; null: the capacity was not reached. */
export function serviceMs({ end, perSecond }: Finding): number | null {
  return end === 'knee' && perSecond !== null ? 1000 / perSecond : null;
}

export function tripsOf(carrier: Carrier): number {
  return carrier.kind === 'message' ? TRIPS + TRIPS_OF_MESSAGE : TRIPS;
}
