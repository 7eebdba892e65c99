import { expect, test } from 'vitest';
import { toCurrentNames, withCurrentNames } from './older-formats.ts';

test.each([
  ['  handshake: { kick: { code: 1013 } }', '  handshake: { accept-then-close: { code: 1013 } }'],
  ['    kick:\n      code: 1013', '    accept-then-close:\n      code: 1013'],
  ['{"handshake":{"kick":{"code":1013}}}', '{"handshake":{"accept-then-close":{"code":1013}}}'],
  ['faults.0.handshake.kick.code', 'faults.0.handshake.accept-then-close.code'],
  ['url: ws://kick:80', 'url: ws://kick:80'],
  ['url: wss://kick.example.com', 'url: wss://kick.example.com'],
  ['name: side-kick.v2', 'name: side-kick.v2'],
])('the fault kick of an older format is renamed where it is a key: %s', (before, after) => {
  expect(withCurrentNames(before)).toBe(after);
});

test.each([
  [
    'summary',
    { clients: { stoppedBy: { 'told-to-stop': 3 } }, timings: { recovery: { failures: { 'told-to-stop': 2 } } } },
    { clients: { stoppedBy: { 'advised-to-stop': 3 } }, timings: { recovery: { failures: { 'advised-to-stop': 2 } } } },
  ],
  [
    'line of the timeline',
    { failures: { recovery: { 'gave-up': 1, 'told-to-stop': 2 } } },
    { failures: { recovery: { 'gave-up': 1, 'advised-to-stop': 2 } } },
  ],
])('clients that stopped on advice keep their count in a %s of an older format', (_, older, current) => {
  toCurrentNames(older);
  expect(older).toEqual(current);
});
