import type { Advice } from '../core/policy/advice.ts';

/** The meaning of an `-ERR` for a client. */
export interface NatsError {
  /** whether it refuses the credentials, so that another token may help */
  readonly refuses: boolean;
  /** null: as for any refusal */
  readonly advice: Advice | null;
}

/**
 * Errors after which the server ends the connection (https://docs.nats.io/reference/reference-protocols/nats-protocol#okerr;
 * nats-server 2.15, server/client.go). They are compared in lower case by how they begin.
 */
const ERRORS: readonly (readonly [start: string, error: NatsError])[] = [
  ['authorization violation', { refuses: true, advice: null }],
  ['user authentication expired', { refuses: false, advice: 'refresh' }],
  ['account authentication expired', { refuses: false, advice: 'refresh' }],
  ['user authentication revoked', { refuses: false, advice: 'login' }],
  ['authentication timeout', { refuses: false, advice: 'retry' }],
  ['authorization timeout', { refuses: false, advice: 'retry' }],
  ['stale connection', { refuses: false, advice: 'retry' }],
  ['maximum connections exceeded', { refuses: false, advice: 'retry' }],
  ['maximum account active connections exceeded', { refuses: false, advice: 'retry' }],
  ['slow consumer', { refuses: false, advice: 'retry' }],
  ['server shutdown', { refuses: false, advice: 'retry' }],
  // What would be refused again, because the client is wrong about the server.
  ['unknown protocol operation', { refuses: false, advice: 'stop' }],
  ['attempted to connect to route port', { refuses: false, advice: 'stop' }],
  ['secure connection - tls required', { refuses: false, advice: 'stop' }],
  ['maximum control line exceeded', { refuses: false, advice: 'stop' }],
  ['maximum payload violation', { refuses: false, advice: 'stop' }],
  ['parser error', { refuses: false, advice: 'stop' }],
  ['invalid client protocol', { refuses: false, advice: 'stop' }],
];

/** The meaning of an error; null: the connection goes on, as after a violation of permissions. */
export function natsError(text: string): NatsError | null {
  const lower = text.toLowerCase();
  return ERRORS.find(([start]) => lower.startsWith(start))?.[1] ?? null;
}
