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

test.each([
  ['a figure', 2.5, 2500],
  ['a figure without data', null, null],
  ['its spread', { runs: 3, min: 0, median: 1, sd: null }, { runs: 3, min: 0, median: 1000, sd: null }],
  [
    'a difference',
    { by: 'difference', value: -2, low: -3, high: 0.5, p: 0.25 },
    { by: 'difference', value: -2000, low: -3000, high: 500, p: 0.25 },
  ],
  ['a ratio', { by: 'ratio', value: 2, low: 1.5 }, { by: 'ratio', value: 2, low: 1.5 }],
])('the exposure of an older format is in ms: %s', (_, clientSeconds, ms) => {
  const older = { settings: [{ figures: { storms: 1, exposureClientSeconds: clientSeconds } }] };
  toCurrentNames(older);
  expect(older).toEqual({ settings: [{ figures: { storms: 1, exposureMs: ms } }] });
});
