import { type Codec, scalar, type ValueOf } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { reject } from '../codec/reject.ts';
import { boolean, duration, text } from '../codec/scalars.ts';
import type { ConditionalContradiction } from '../fault/spec.ts';
import { NETWORK } from '../signal.ts';
import { type HoleKind, type Template } from '../template/template.ts';
import { hasHole, templateText } from '../template/template-text.ts';
import type { ServerEnds, SessionEnd } from './server-ends.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';
import { unidentified, untaken } from './usual-checks.ts';

/** Longest text of MQTT, bytes (MQTT 5 section 1.5.4); most characters of a template here. */
const MAX_CHARS = 4000;
/** Longest keep alive, ms: two bytes of seconds. */
const MAX_KEEP_ALIVE_MS = 65_535_000;
/** Longest session expiry that is not "never", ms. */
const MAX_SESSION_MS = 30 * 86_400_000;

const WHO: readonly HoleKind[] = ['client', 'user', 'env'];

const words = (holes: readonly HoleKind[], example: string): Codec<Template> =>
  templateText({ holes, maxChars: MAX_CHARS, example });

/** A topic has no wildcards, a filter may (MQTT 5 section 4.7). */
const topic = () =>
  words(WHO, 'devices/{user.id}/do').refine(({ text: written }, refuse) => {
    if (written === '') refuse('empty — write a topic, such as devices/{client}');
    if (/[#+]/.test(written)) refuse('a wildcard, which a topic may not have — write the topic itself');
  });

const filter = () =>
  words(WHO, 'devices/{user.id}/#').refine(({ text: written }, refuse) => {
    if (written === '') refuse('empty — write a topic filter, such as devices/{client}/#');
  });

/** Protocol level as it stands in CONNECT: 4 is 3.1.1. */
type Version = 4 | 5;

const version = (): Codec<Version> =>
  scalar<Version>(
    (input) => {
      if (input === 5 || input === '5') return 5;
      if (input === '3.1.1' || input === 4) return 4;
      return reject('not a version of MQTT', input, 'write 3.1.1 or 5');
    },
    (value) => (value === 5 ? 5 : '3.1.1'),
    { enum: ['3.1.1', 5] },
  );

const fields = object({
  version: version().default('3.1.1').describe('version of MQTT: 3.1.1 or 5'),
  clientId: words(WHO, 'device-{user.id}').default('squall-{client}').describe('client identifier'),
  username: words([...WHO, 'token'], '{user.email}')
    .orNull()
    .describe('user name; default: squall, or none where authenticationMethod is set; empty: none'),
  password: words([...WHO, 'token'], '{user.password}')
    .orNull()
    .describe('password; default: {token}, or none where authenticationMethod is set; empty: none'),
  authenticationMethod: text({ maxChars: 200, pattern: /^\P{Cc}+$/u, right: 'write one such as OAUTH2-JWT' })
    .orNull()
    .describe('method of the enhanced authentication of MQTT 5, by which tokens are renewed in band'),
  authenticationData: words([...WHO, 'token'], '{token}')
    .default('{token}')
    .describe('its data'),
  keepalive: duration({ maxMs: MAX_KEEP_ALIVE_MS })
    .as('keepaliveMs')
    .refine((ms, refuse) => {
      if (ms % 1000 !== 0 || ms === 0) refuse('not whole seconds from 1 on — write one such as 60s');
    })
    .default('60s')
    .describe('keep alive: clients ping when it has passed, and servers end connections after 1.5 times of it'),
  clean: boolean().default(true).describe('begins each connection with a new session (Clean Session, Clean Start)'),
  sessionExpiry: duration({ maxMs: MAX_SESSION_MS })
    .as('sessionExpiryMs')
    .default('0s')
    .describe('how long the server keeps a session after its connection has ended; MQTT 5'),
  subscribe: filter().orNull().describe('topic filter that clients subscribe to, with QoS 1, before they are ready'),
  topic: topic().default('squall/commands').describe('topic that commands are published to, with QoS 1'),
  payload: words(['id', 'client', 'seq', 'user', 'env'], '{"id":"{id}"}')
    .default('{"id":"{id}"}')
    .describe('payload of a command'),
});

/** A scenario's use of MQTT over WebSocket. */
export interface MqttProtocol extends ValueOf<typeof fields> {
  readonly kind: 'mqtt';
}

/**
 * A refused CONNECT is a CONNACK. A token that has expired ends the connection: MQTT 5 says so in a DISCONNECT, MQTT 3.1.1
 * has no message for it.
 */
const REFUSED: SessionEnd = { signal: NETWORK.authRefused, advice: null };
const DISCONNECTED: SessionEnd = { signal: NETWORK.serverDisconnect, advice: 'refresh' };
const CUT: SessionEnd = { signal: NETWORK.reset, advice: null };
const ENDS_5: ServerEnds = { refusal: REFUSED, renewalRefusal: DISCONNECTED, expiry: DISCONNECTED };
const ENDS_3: ServerEnds = { refusal: REFUSED, renewalRefusal: null, expiry: CUT };

export const mqtt = {
  summary: 'MQTT 3.1.1 and 5 over WebSocket',
  fields,
  shape: ({ version: level, keepaliveMs, subscribe, authenticationMethod }: MqttProtocol) => ({
    name: 'mqtt',
    handshake: 'client-first' as const,
    joins: subscribe === null ? 0 : 1,
    // MQTT.js 5.16.0, build/lib/KeepaliveManager.js: PINGREQ after the keep alive, given up after 1.5 times of it.
    keepAlive: {
      client: { everyMs: keepaliveMs, timeoutMs: keepaliveMs / 2, answered: true },
      server: null,
      ...(level === 5 ? { announced: true as const } : {}),
    },
    acknowledges: true,
    renewsInBand: level === 5 && authenticationMethod !== null,
    requestsBeforeDial: 0,
    requestsBeforeJoin: 0 as const,
    ends: level === 5 ? ENDS_5 : ENDS_3,
    closeRules: [],
  }),
  checks: (protocol, use, at) => checks(protocol, use, at),
} satisfies ProtocolSpec<MqttProtocol>;

/** User name, password and authentication data as they are sent; null: none. */
export function credentialsOf({ username, password, authenticationMethod, authenticationData }: MqttProtocol): {
  readonly username: Template | null;
  readonly password: Template | null;
  readonly data: Template | null;
} {
  const isEnhanced = authenticationMethod !== null;
  return {
    username: username === null ? (isEnhanced ? null : USUAL_NAME) : unlessEmpty(username),
    password: password === null ? (isEnhanced ? null : TOKEN) : unlessEmpty(password),
    data: isEnhanced ? unlessEmpty(authenticationData) : null,
  };
}

const USUAL_NAME: Template = { text: 'squall', slots: [{ kind: 'text', text: 'squall' }] };
const TOKEN: Template = { text: '{token}', slots: [{ kind: 'token' }] };

function unlessEmpty(template: Template): Template | null {
  return template.text === '' ? null : template;
}

function checks(
  protocol: MqttProtocol,
  { carrier, renewal, commands }: ProtocolUse,
  at: string,
): readonly ConditionalContradiction[] {
  const { version: level, authenticationMethod, clean, sessionExpiryMs, payload } = protocol;
  const { username, password, data } = credentialsOf(protocol);
  const carried = [username, password, data].some((template) => template !== null && hasHole(template, 'token'));
  return [
    untaken(
      carrier === 'message' && !carried,
      `${at}.password`,
      'write the password, the username or authenticationData with {token} in it, or choose another carrier',
    ),
    {
      holds: level === 4 && password !== null && username === null,
      at: `${at}.username`,
      against: `${at}.password`,
      what: 'MQTT 3.1.1 has no password without a user name',
      fix: 'write a username, or remove the password',
    },
    {
      holds: level === 4 && authenticationMethod !== null,
      at: `${at}.authenticationMethod`,
      against: `${at}.version`,
      what: 'only MQTT 5 has an enhanced authentication',
      fix: 'set version to 5, or remove it',
    },
    {
      holds: level === 4 && sessionExpiryMs > 0,
      at: `${at}.sessionExpiry`,
      against: `${at}.version`,
      what: 'only MQTT 5 has a session expiry',
      fix: 'set version to 5, or remove it',
    },
    {
      holds: level === 5 && !clean && sessionExpiryMs === 0,
      at: `${at}.sessionExpiry`,
      against: `${at}.clean`,
      what: 'the server would keep no session to come back to',
      fix: 'write how long it keeps one, such as 1h, or set clean to true',
    },
    {
      holds: renewal === 'in-band' && (level === 4 || authenticationMethod === null),
      at: `${at}.authenticationMethod`,
      against: 'tokens.renewal',
      what: 'only AUTH of MQTT 5 renews a token in band',
      fix: 'set version to 5 and write the method, such as OAUTH2-JWT, or set tokens.renewal to reconnect',
    },
    {
      holds: renewal === 'in-band' && authenticationMethod !== null && (data === null || !hasHole(data, 'token')),
      at: `${at}.authenticationData`,
      against: 'tokens.renewal',
      what: 'no packet takes the newer token to the server',
      fix: 'write it with {token} in it',
    },
    unidentified(payload, commands, `${at}.payload`),
  ];
}
