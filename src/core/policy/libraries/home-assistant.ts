import { NETWORK } from '../../signal.ts';
import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * home-assistant-js-websocket 9.7.0, dist/connection.js: `_handleClose`.
 *
 * Delays: 0, 1000, 2000, 3000, 4000, then 5000 without end. No jitter. Resets on `auth_ok`. Every close code is retried; `auth_invalid` is
 * final. Its token is renewed when it connects.
 */
export const homeAssistant: Library = {
  source: 'home-assistant-js-websocket 9.7.0',
  connectTimeoutMs: null,
  policy: {
    ...PLAIN,
    growth: { kind: 'linear', baseMs: 0, stepMs: 1000 },
    capMs: 5000,
    rules: [{ from: NETWORK.authRefused, to: NETWORK.authRefused, action: 'stop', unlessAdvised: true }],
  },
};
