import type { Contact } from '../metrics/contact.ts';

/**
 * `works`: the client became ready, and all that was asked for works; `partly`: it became ready, and something does not;
 * `unseen`: it became ready, and the probe ended before all was seen; `not-ready`: it never became ready.
 */
export type ContactVerdict = 'works' | 'partly' | 'unseen' | 'not-ready';

/**
 * Evaluates a first contact.
 *
 * @example contactVerdict(contact) // 'works'
 */
export function contactVerdict({ ready, steps }: Contact): ContactVerdict {
  if (!ready) return 'not-ready';
  if (steps.some(({ state }) => state === 'failed')) return 'partly';
  // A keep-alive of minutes is not waited for unless --for says so.
  return steps.some(({ state, name }) => state === 'missed' && name !== 'keep-alive') ? 'unseen' : 'works';
}
