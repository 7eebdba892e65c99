import type { MessageFormat } from './scenario.ts';

/** The frames of squall's own gateway, embedded or started by `squall serve`. */
export const SQUALL_MESSAGES: MessageFormat = {
  authenticate: '{"type":"authenticate","token":"{token}"}',
  authenticated: { type: 'authenticated' },
  authRefused: { type: 'error', code: 'invalid-token' },
  command: '{"type":"command","id":"{id}"}',
  ack: { type: 'ack' },
  ackId: 'id',
  refused: { type: 'error' },
  expiring: { type: 'expiring' },
};
