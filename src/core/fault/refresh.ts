import { oneOf, tags, variant } from '../codec/choice.ts';
import type { ValueOf } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { time } from '../codec/time.ts';
import type { Plan } from './plan.ts';
import { preset, type FaultSpec } from './spec.ts';
import { statusAnswer, statusLabel } from './status-answer.ts';

const modes = oneOf(
  tags(
    [
      // the connection is refused; by the embedded target, whose port is still open to others, reset as soon as accepted
      'refuse',
      // it is never answered; hung up on when the fault ends
      'hang',
      // the connection is reset after the request was read, before anything was done
      'reset',
      // 400 `invalid_grant` (RFC 6749 section 5.2): the session is said to be over
      'invalid-grant',
      // carried out, the refresh token rotated, and the connection reset instead of the answer: the rotation trap
      'lost',
      // 200 with a body that is no token response
      'malformed',
      // a token that has run out already
      'stale',
      // a token of another client: see `anotherThan`
      'wrong-subject',
    ],
    'or a mapping such as { status: 503 } or { slow: 2s }',
  ),
  statusAnswer.tagged({ kind: 'status' }),
  variant({ kind: 'slow' }, { slow: time.as('delay').describe('carried out, and answered later by this') }),
);

const fields = object({
  refresh: modes
    .as('mode')
    .describe(
      'the token endpoint refuses or resets connections, never answers, answers with a status, late, or with something else than a good token; lost: it acts and its answer is lost',
    ),
});

export type RefreshMode = ValueOf<typeof modes>;

/** Spoils the token endpoint's answers to requests of the drawn clients, for a time window. */
export interface RefreshFault extends Plan, ValueOf<typeof fields> {
  readonly kind: 'refresh';
}

/**
 * The client whose token a `wrong-subject` fault issues: the next one, and for the last client the first. A single
 * client gets the token of a client that the run does not have.
 *
 * @param count clients of the whole population
 */
export function anotherThan(client: number, count: number): number {
  return count > 1 ? (client + 1) % count : client + 1;
}

/** Time by which a stale token is dated back, ms: it expired a second before it is issued. */
export function staleByMs(lifetimeMs: number): number {
  return lifetimeMs + STALE_MS;
}

const STALE_MS = 1000;

/** Whether the token service carries the request out, and the fault spoils only the answer. */
export function isServed({ kind }: RefreshMode): boolean {
  return kind === 'slow' || kind === 'lost' || kind === 'malformed' || kind === 'stale' || kind === 'wrong-subject';
}

export const refresh = {
  fields,
  lasts: 'required',
  counts: 'encounters',
  presets: [
    preset('503', 'the token endpoint answers 503', { status: 503 }),
    preset('429 retry-after 5s', 'it answers 429 and asks clients to wait 5 s', { status: 429, retryAfter: 5 }),
    preset('refuse', 'it refuses connections'),
    preset('hang', 'it never answers'),
    preset('reset', 'it resets the connection instead of an answer'),
    preset('slow 2s', 'it answers 2 s later', { slow: '2s' }),
    preset('lost', 'it issues the token, and the answer is lost: the rotation trap'),
    preset('invalid-grant', 'it calls the refresh token invalid: log in again'),
    preset('malformed', 'its answer is no JSON'),
    preset('stale', 'it issues a token that has expired'),
    preset('wrong-subject', "it issues another user's token"),
  ],
  label: ({ mode }) => (mode.kind === 'status' ? statusLabel(mode) : mode.kind),
  executor: () => ({ embedded: 'token-service', url: 'clients' }),
  among: () => 'clients',
  // Devices may share a request, and the session that it ends.
  hitsDevices: true,
  touches({ mode }) {
    if (!isServed(mode)) return [];
    return mode.kind === 'wrong-subject' ? ['token-requests', 'tokens'] : ['token-requests'];
  },
  checks: ({ mode }, { target, tokens }, at) => [
    {
      holds:
        (mode.kind === 'stale' || mode.kind === 'wrong-subject') &&
        target.kind === 'url' &&
        tokens.source.endpoint !== null &&
        (tokens.source.endpoint.login !== null || tokens.source.endpoint.refresh !== null),
      at: `${at}.refresh`,
      against: 'tokens.source',
      what: 'squall can issue wrong tokens only where it mints them, and this endpoint mints its own',
      fix: 'set tokens.source to mint, or choose another fault, such as malformed',
    },
  ],
} satisfies FaultSpec<RefreshFault>;
