import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LIBRARIES } from '../core/policy/libraries/index.ts';
import { CHECKOUT } from './checkout.ts';

const parts = Object.entries(LIBRARIES).map(([name, { source, protocol, heartbeat, rejoin, refresh, token }]) => {
  const own = Object.entries({ heartbeat, rejoin, refresh }).filter(([, part]) => part !== undefined);
  return [name, source, protocol ?? '', own.map(([part]) => part).join(', '), token ?? ''] as const;
});

test('docs/libraries.md has each library with its package and version, its protocol, what it has beside its backoff, and its tokens', () => {
  const page = readFileSync(join(CHECKOUT, 'docs/libraries.md'), 'utf8');
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
  expect(rows).toEqual(parts);
});
