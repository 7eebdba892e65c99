import { expect, test } from 'vitest';
import { unreachableReason } from './unreachable.ts';

test.each([
  [[], { refused: 30 }, 'it did not answer: connection refused (30 times)'],
  [
    [],
    { timeout: 2, reset: 1 },
    'it did not answer: no answer in time (2 times); connection ended without an answer (once)',
  ],
  [[], {}, 'nothing that it did says why'],
  [
    [{ kind: 'ticket', what: 'timeout', text: '', count: 9 }] as const,
    { timeout: 11 },
    'what was seen: ticket service: timeout (9 times); no answer in time (2 times)',
  ],
  [
    [{ kind: 'end', what: 'bad-frame', text: 'invalid status code 1005', count: 9 }] as const,
    { 'bad-frame': 9 },
    'what was seen: bad-frame: invalid status code 1005 (9 times)',
  ],
  [
    [{ kind: 'end', what: 'HTTP 403', text: 'no', count: 9 }] as const,
    { 'http-403': 9, reset: 12 },
    'what was seen: connection ended without an answer (12 times); HTTP 403 "no" (9 times)',
  ],
])('%j with failures %j: %s', (seen, failures, said) => {
  expect(unreachableReason({ target: 'ws://host/', seen, failures: new Map(Object.entries(failures)) })).toBe(
    `no client ever became ready at ws://host/: ${said}`,
  );
});
