import type { BecameUnknown } from '../metrics/unknown.ts';
import { timeText } from './format.ts';

/** Most instants that are named. */
const NAMED_MAX = 4;

/**
 * Unknown clients in words; empty without any.
 *
 * @example unknownWords([{ sinceMs: 37_000, clients: 2000 }]) // '2000 unknown since 37.0s'
 * @example unknownWords([{ sinceMs: 37_000, clients: 2 }, { sinceMs: 50_000, clients: 3 }]) // '5 unknown: 2 since 37.0s, 3 since 50.0s'
 */
export function unknownWords(since: readonly BecameUnknown[]): string {
  const [first, ...others] = since;
  if (first === undefined) return '';
  if (others.length === 0) return `${first.clients} unknown since ${timeText(first.sinceMs)}`;
  const named = since.slice(0, NAMED_MAX).map(({ sinceMs, clients }) => `${clients} since ${timeText(sinceMs)}`);
  const rest = since.slice(NAMED_MAX).reduce((sum, { clients }) => sum + clients, 0);
  const all = since.reduce((sum, { clients }) => sum + clients, 0);
  return `${all} unknown: ${[...named, ...(rest === 0 ? [] : [`${rest} later`])].join(', ')}`;
}
