import { PLAIN } from '../usual.ts';
import type { Library } from './library.ts';

/**
 * @discordjs/ws 2.0.4, dist/index.js: `onClose`, `destroy`.
 *
 * Delay: 500 without end. No jitter, no growth. Close codes 4004 and 4010-4014 are final, and so is 4200, which the library sends itself.
 * Not here: a gate that lets one shard identify about every 5 s, which a session that is resumed does not pass.
 */
export const discordjs: Library = {
  source: '@discordjs/ws 2.0.4',
  token: 'fixed',
  connectTimeoutMs: 30_000,
  policy: {
    ...PLAIN,
    growth: { kind: 'fixed', delayMs: 500 },
    rules: [
      { from: 4004, to: 4004, action: 'stop' },
      { from: 4010, to: 4014, action: 'stop' },
      { from: 4200, to: 4200, action: 'stop' },
    ],
  },
};
