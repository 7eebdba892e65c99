/**
 * A scenario that repeats faults of every kind: two hours of a bad day in ten minutes. Tokens live for 20 s instead of
 * 4 min, and the round of faults repeats every 75 s instead of 15 min. Faults overlap, so none must hit all its planned
 * clients.
 *
 * @param seconds length of the run
 */
export function soakScenario(clients: number, seconds: number): string {
  return `
name: soak
seed: 7
duration: ${seconds}s
target:
  embedded:
    gateways: 2
    capacity: { handshakes: 800/s, queue: 4000, refreshes: 800/s, refreshQueue: 4000 }
    revocation: { poll: 2s }
tokens:
  lifetime: 20s
  algorithm: ES256
  renewal: in-band
  refresh: { lead: 5s, jitter: { uniform: 3s }, timeout: 3s, retry: { base: 300ms, cap: 3s, jitter: full } }
clients:
  count: ${clients}
  perUser: 2
  arrive: { over: ${Math.min(30, seconds / 4)}s }
  backoff: { base: 300ms, factor: 2, cap: 5s, jitter: full }
  connectTimeout: 5s
  heartbeat: { every: 4s, timeout: 2s }
  commands: { rate: 0.25/s, ackTimeout: 3s, onReconnect: resend }
faults:
${faultLines(seconds)
  .map((fault) => `  - { ${fault} }`)
  .join('\n')}
generator: { maxLateness: 60s }
`;
}

/** The faults of a round with their durations. Faults that end sessions permanently hit few clients. */
const ROUND: readonly string[] = [
  'for: 4s, share: 30%, refresh: { status: 503 }',
  'for: 4s, share: 30%, refresh: { status: 429, retryAfter: 1 }',
  'for: 3s, share: 20%, refresh: hang',
  'for: 3s, share: 20%, refresh: refuse',
  'for: 3s, share: 20%, refresh: lost',
  'for: 3s, share: 20%, refresh: malformed',
  'for: 2s, share: 10%, refresh: stale',
  'for: 3s, share: 20%, refresh: { slow: { exponential: 500ms } }',
  'spread: 5s, share: 30%, drop: { code: 1012 }',
  'for: 3s, share: 50%, handshake: { status: 503, retryAfter: 1 }',
  'for: 2s, share: 50%, handshake: hang',
  'spread: 5s, share: 30%, drop: reset',
  'for: 3s, share: 50%, handshake: { slow: 500ms }',
  'for: 3s, share: 50%, handshake: { accept-then-close: { code: 1013 } }',
  'spread: 1s, share: 10%, drop: garbage',
  'for: 8s, gateway: rolling',
  'for: 6s, share: 10%, link: silent',
  'for: 3s, share: 10%, link: stall',
  'for: 5s, share: 20%, link: { latency: { exponential: 100ms } }',
  'for: 5s, share: 10%, link: { bandwidth: 200B/s }',
  'for: 5s, share: 20%, link: duplicate',
  'for: 5s, share: 20%, link: reorder',
  'for: 5s, share: 20%, clock: 4s',
  'for: 5s, share: 20%, clock: { drift: 50ms/s }',
  'for: 4s, clock: { of: token-service, offset: 2s }',
  'for: 4s, clock: { of: gateway, offset: 2s }',
  'keys: rotate',
  'for: 3s, keys: jwks-down',
  'for: 2s, share: 100%, keys: unknown-key',
  'for: 5s, gateway: { capacity: 30% }',
  'exec: ["true"]',
  'share: 50%, for: 3s, gateway: crash',
  'spread: 1s, share: 5%, session: logout',
  'spread: 1s, share: 1%, session: compromised',
  'spread: 1s, share: 1%, session: role-removed',
];

/** The faults of all rounds until the run ends. */
function faultLines(seconds: number): string[] {
  const settledAt = Math.min(30, seconds / 4) + 2;
  const roundSeconds = Math.min(75, seconds - settledAt);
  return ROUND.map((fault, n) => {
    const at = (settledAt + (n / ROUND.length) * roundSeconds).toFixed(1);
    const again = seconds - settledAt >= 2 * 75 ? `, every: ${roundSeconds}s` : '';
    return `at: ${at}s${again}, atLeast: 0%, ${fault}`;
  });
}
