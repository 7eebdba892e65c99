import { describe, expect, it } from 'vitest';
import { LEAST, complaints } from '../testing/complaints.ts';

describe('two values that do not go together', () => {
  it.each([
    [
      'tokens: { lifetime: 20s, refresh: { lead: 30s } }',
      '3:43: tokens.refresh.lead: every token would be due for renewal as soon as it is issued (30s; tokens.lifetime is 20s, line 3) — make the lead shorter than the lifetime',
    ],
    [
      'tokens: { refresh: { jitter: { uniform: 5m } } }',
      '3:22: tokens.refresh.jitter: with the lead it reaches back to before the token is issued ({"uniform":"5m"}; tokens.lifetime is 5m, the default) — make lead and jitter together shorter than the lifetime',
    ],
    [
      'faults: [{ at: 30s, drop: reset }]',
      '3:16: faults.0.at: the fault would begin after the end of the run (30s; duration is 30s, line 1) — begin it earlier, or make the run longer',
    ],
    [
      'target: { url: "ws://x" }\nfaults: [{ at: 1s, drop: reset }]',
      '4:26: faults.0.drop: only the embedded target can carry out a drop fault; a foreign one would not know of it (reset; target.url is ws://x, line 3) — remove the fault, or test target.embedded',
    ],
    [
      'target: { url: "ws://x" }\nfaults: [{ at: 1s, for: 1s, refresh: { status: 503 } }]',
      '4:29: faults.0.refresh: only the embedded target can carry out a refresh fault; a foreign one would not know of it ({"status":503}; target.url is ws://x, line 3) — remove the fault, or test target.embedded',
    ],
    [
      'target: { url: "ws://x" }\ntokens: { carrier: message }',
      '3:1: target.messages.authenticate: no frame takes the token to the gateway (""; tokens.carrier is message, line 4) — write the frame, with {token} in it',
    ],
    [
      'target: { url: "ws://x" }\ntokens: { renewal: in-band }',
      "3:1: target.messages.authenticated: no frame would say that a client is ready ({}; tokens.renewal is in-band, line 4) — write what the gateway's answer holds, such as { type: authenticated }",
    ],
    [
      'target: { url: "ws://x?sid=1" }\ntokens: { carrier: { query: sid } }',
      '3:16: target.url: the URL has that query parameter already ("ws://x?sid=1"; tokens.carrier is {"query":"sid"}, line 4) — remove it from the URL: squall adds each client\'s token',
    ],
    [
      'tokens: { refresh: { url: "http://x/token" } }',
      '3:27: tokens.refresh.url: the embedded target has a token endpoint and refresh tokens of its own (http://x/token; see target.embedded, the default) — remove it, or set target.url',
    ],
    [
      'tokens: { refresh: { retry: { cap: 1s, floor: 2s } } }',
      '3:36: tokens.refresh.retry.cap: the longest delay is shorter than the shortest (1s; tokens.refresh.retry.floor is 2s, line 3) — raise the cap, or lower the floor',
    ],
    [
      'tokens: { refresh: { retry: { base: 0s } } }',
      '3:37: tokens.refresh.retry.base: nothing grows by being multiplied (0s; tokens.refresh.retry.growth is exponential, the default) — write a base above 0s, or growth: fixed',
    ],
    [
      'thresholds: [duplicated == 0]',
      '3:14: thresholds.0: it measures commands, and the clients send none ("duplicated == 0"; clients.commands is none, the default) — add clients.commands, or remove the threshold',
    ],
    [
      'thresholds: [{ expression: ready > 1, grace: 5s }]',
      '3:46: thresholds.0.grace: it delays an abort that will not happen (5s; thresholds.0.abort is false, the default) — add abort: true, or remove grace',
    ],
  ])('%s', (text, line) => {
    expect(complaints(LEAST + text)).toContain(`s.yaml:${line}`);
  });

  it('is found although other values are wrong, unless it involves one of them', () => {
    const lines = complaints(
      'duration: 30\nclients: { cuont: 5 }\ntokens: { refresh: { lead: 6m } }\nfaults: [{ at: 50m, clock: 1s }]',
    );
    expect(lines).toHaveLength(3);
    expect(lines[2]).toContain('tokens.refresh.lead: every token would be due');
  });
});
