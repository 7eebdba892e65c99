import type { ValueOf } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { boolean, duration } from '../codec/scalars.ts';
import type { ConditionalContradiction } from '../fault/spec.ts';
import { NETWORK } from '../signal.ts';
import type { HoleKind, Template } from '../template/template.ts';
import { hasHole, templateText } from '../template/template-text.ts';
import type { ServerEnds } from './server-ends.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';
import { unidentified, unrenewable, untaken } from './usual-checks.ts';

const MAX_CHARS = 4000;
const PAYLOAD_HOLES: readonly HoleKind[] = ['id', 'client', 'seq', 'user', 'env'];

const text = (holes: readonly HoleKind[], example: string) => templateText({ holes, maxChars: MAX_CHARS, example });
const credential = (example: string) => text(['token', 'client', 'user', 'env'], example);

/** A subject has no spaces and no wildcards. */
const subject = () =>
  text(['client', 'user', 'env'], 'devices.{client}').refine(({ text: written }, refuse) => {
    if (written === '' || /[\s*>]/.test(written))
      refuse('no subject to publish to — write one such as devices.{client}');
  });

const fields = object({
  authToken: credential('{token}')
    .orNull()
    .describe('auth_token of CONNECT; default: {token}, unless user or jwt is written'),
  user: credential('{user.name}').default('').describe('user of CONNECT; empty: none'),
  pass: credential('{token}').default('').describe('pass of CONNECT; empty: none'),
  jwt: credential('{token}').default('').describe('jwt of CONNECT, a user JWT of NATS; empty: none'),
  seed: text(['user', 'env'], '{user.seed}')
    .default('')
    .describe(
      'nkey seed (SU…) that signs the nonce of the server, from a column of users or the environment; empty: none',
    ),
  subject: subject().default('squall.commands').describe('subject that commands are published to'),
  payload: text(PAYLOAD_HOLES, '{"id":"{id}"}').default('{"id":"{id}"}').describe('payload of a command'),
  jetStream: boolean()
    .default(false)
    .describe('commands have a Nats-Msg-Id, and only the acknowledgement of a stream counts'),
  pingInterval: duration({ maxMs: 3_600_000 })
    .as('pingIntervalMs')
    .default('2m')
    .describe('how often clients ping, and how often the server does'),
});

/** A scenario's use of NATS over WebSocket. */
export interface NatsProtocol extends ValueOf<typeof fields> {
  readonly kind: 'nats';
}

/** nats-server, server/errors.go: ErrAuthentication, ErrAuthExpired. */
const ENDS: ServerEnds = {
  refusal: { signal: NETWORK.authRefused, advice: null },
  renewalRefusal: null,
  expiry: { signal: NETWORK.serverDisconnect, advice: 'refresh' },
};

export const nats = {
  summary: 'NATS over WebSocket',
  fields,
  shape: ({ pingIntervalMs }: NatsProtocol) => ({
    name: 'nats',
    handshake: 'server-first' as const,
    joins: 0,
    // @nats-io/nats-core 3.4.0, lib/heartbeats.js: PING every interval, given up when the next two are unanswered.
    keepAlive: {
      client: { everyMs: pingIntervalMs, timeoutMs: 2 * pingIntervalMs, answered: true },
      server: null,
    },
    acknowledges: true,
    renewsInBand: false,
    requestsBeforeDial: 0,
    requestsBeforeJoin: 0 as const,
    ends: ENDS,
    closeRules: [],
  }),
  checks: (protocol, use, at) => checks(protocol, use, at),
} satisfies ProtocolSpec<NatsProtocol>;

/** auth_token as it is sent; null: none. */
export function authTokenOf({ authToken, user, jwt }: NatsProtocol): Template | null {
  if (authToken !== null) return authToken.text === '' ? null : authToken;
  return user.text === '' && jwt.text === '' ? TOKEN : null;
}

const TOKEN: Template = { text: '{token}', slots: [{ kind: 'token' }] };

function checks(
  protocol: NatsProtocol,
  { carrier, renewal, commands }: ProtocolUse,
  at: string,
): readonly ConditionalContradiction[] {
  const { user, pass, jwt, seed, payload } = protocol;
  const authToken = authTokenOf(protocol);
  const carried = [authToken, user, pass, jwt].some((each) => each !== null && hasHole(each, 'token'));
  return [
    untaken(
      carrier === 'message' && !carried,
      `${at}.authToken`,
      'write authToken, pass or jwt with {token} in it, or choose another carrier',
    ),
    {
      holds: jwt.text !== '' && seed.text === '',
      at: `${at}.seed`,
      against: `${at}.jwt`,
      what: 'a user JWT needs the signature of the nonce by its nkey',
      fix: 'write the seed, such as {user.seed}',
    },
    unrenewable(renewal, at, 'NATS has no renewal in band: the server ends the connection when the token expires'),
    unidentified(payload, commands, `${at}.payload`),
  ];
}
