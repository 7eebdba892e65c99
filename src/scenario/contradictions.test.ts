import { describe, expect, it } from 'vitest';
import { LEAST, problemsOf } from '../testing/expected-problems.ts';

describe('two values that contradict each other', () => {
  it('are called defaults where the file has no value', () => {
    expect(problemsOf('duration: 3s\nclients: { count: 5 }\n')).toEqual([
      's.yaml:2:1: clients.arrive.over: the run would end while clients are still arriving (10s, the default; duration is 3s, line 1) — make the run longer, or let them arrive faster',
    ]);
  });

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
      'target: { url: "ws://x" }\nfaults: [{ at: 1s, keys: rotate }]',
      '4:26: faults.0.keys: only the embedded target can carry out this keys fault; a foreign one would not know of it (rotate; target.url is ws://x, line 3) — remove the fault, or test target.embedded',
    ],
    [
      'target: { url: "ws://x" }\nfaults: [{ at: 1s, for: 1s, gateway: { capacity: 25% } }]',
      '4:29: faults.0.gateway: only the embedded target can carry out this gateway fault; a foreign one would not know of it ({"capacity":"25%"}; target.url is ws://x, line 3) — remove the fault, or test target.embedded',
    ],
    [
      'target: { url: "ws://x" }\nfaults: [{ at: 1s, clock: { of: gateway, offset: 2s } }]',
      '4:20: faults.0.clock: only the embedded target can carry out this clock fault; a foreign one would not know of it ({"of":"gateway","offset":"2s","drift":"0s/s"}; target.url is ws://x, line 3) — remove the fault, or test target.embedded',
    ],
    [
      'target: { url: "ws://x" }\nfaults: [{ at: 1s, session: compromised }]',
      '4:29: faults.0.session: only the embedded target can carry out this session fault; a foreign one would not know of it (compromised; target.url is ws://x, line 3) — remove the fault, or test target.embedded',
    ],
    [
      'target: { url: "ws://x" }\ntokens: { source: { keycloak: { url: "http://x/", realm: r, clientId: c } } }\nusers: { file: u.csv }\nfaults: [{ at: 1s, for: 1s, refresh: stale }]',
      '6:38: faults.0.refresh: squall can issue wrong tokens only where it mints them, and this endpoint mints its own (stale; see tokens.source, line 4) — set tokens.source to mint, or choose another fault, such as malformed',
    ],
    [
      'faults: [{ at: 1s, for: 2s, link: silent, spread: 1s, every: 2500ms }]',
      '3:62: faults.0.every: it would begin again before it is over (2500ms) — make it longer than for and spread together',
    ],
    [
      'faults: [{ at: 0s, drop: reset, every: 1ms }]',
      '3:1: faults: 30000 occurrences; at most 10000 are allowed ([{"at":"0s","share":"100%","cohort":["0%","100%"],"spread":"…; duration is 30s, line 1) — let them happen less often, or give them `times`',
    ],
    [
      'faults: [{ at: 1s, session: logout }]',
      '3:29: faults.0.session: nobody has a second device whose session could end (logout; clients.perUser is 1, the default) — set clients.perUser to 2 or more',
    ],
    [
      'tokens: { algorithm: HS256 }\nfaults: [{ at: 1s, keys: rotate }]',
      '4:26: faults.0.keys: a shared secret stands in no key set (rotate; tokens.algorithm is HS256, line 3) — choose ES256, RS256 or EdDSA',
    ],
    [
      'faults: [{ at: 1s, for: 2s, keys: rotate-without-overlap }]',
      '3:25: faults.0.for: a rotation is not undone (2s; faults.0.keys is rotate-without-overlap, line 3) — leave for out; unknown-key is undone at its end',
    ],
    [
      'faults: [{ at: 1s, spread: 1s, exec: [sync] }]',
      '3:32: faults.0.exec: there is one of it for all clients, so it cannot hit some of them, or one after the other (["sync"]) — leave out share, cohort and spread',
    ],
    [
      'faults: [{ at: 1s, share: 50%, clock: { of: gateway, offset: 2s } }]',
      '3:32: faults.0.clock: there is one of it for all clients, so it cannot hit some of them, or one after the other ({"of":"gateway","offset":"2s","drift":"0s/s"}) — leave out share, cohort and spread',
    ],
    [
      'faults: [{ at: 1s, for: 2s, gateway: { capacity: 25% } }]',
      '3:29: faults.0.gateway: a share of an unlimited capacity is as unlimited ({"capacity":"25%"}; target.embedded.capacity.handshakes is unlimited, the default) — say how many handshakes the target can do, such as 400/s',
    ],
    [
      'target: { embedded: { gateways: 4 } }\nfaults: [{ at: 1s, for: 2s, gateway: rolling }]',
      '4:25: faults.0.for: too short to drain 4 of 4 gateways one after the other (2s; faults.0.gateway is {"rolling":{"drain":"1s"}}, line 4) — make it longer, or drain them faster',
    ],
    [
      'faults: [{ at: 1s, for: 2s, spread: 1s, gateway: rolling }]',
      '3:37: faults.0.spread: each gateway has its turn already (1s; faults.0.gateway is {"rolling":{"drain":"1s"}}, line 3) — leave spread out; for is how long all of them take together',
    ],
    [
      'faults: [{ at: 1s, for: 2s, cohort: [0%, 50%], gateway: crash }]',
      '3:29: faults.0.cohort: gateways are hit, not clients (["0%","50%"]; faults.0.gateway is {"crash":{"memory":"kept"}}, line 3) — leave cohort out; share is of the gateways',
    ],
    [
      'target: { url: "ws://x" }\ntokens: { carrier: message }',
      '3:1: target.protocol: no frame takes the token to the gateway (none; tokens.carrier is message, line 4) — set target.protocol, such as { json: … } or squall',
    ],
    [
      'target: { url: "ws://x" }\ntokens: { renewal: in-band }',
      '3:1: target.protocol: no frame takes the token to the gateway (none; tokens.renewal is in-band, line 4) — set target.protocol, such as { json: … } or squall',
    ],
    [
      'target: { url: "ws://x", protocol: { json: { authenticate: "{token}", authenticated: { ok: true } } } }',
      '3:60: target.protocol.json.authenticate: no client would send or await this frame: with this carrier an open socket counts as ready ("{token}"; tokens.carrier is header, the default) — set tokens.carrier to message, or tokens.renewal to in-band, or remove the frame',
    ],
    [
      'target: { url: "ws://x", protocol: { json: { authenticate: "{{token}}", authenticated: { ok: true } } } }\ntokens: { carrier: message }',
      '3:60: target.protocol.json.authenticate: no frame takes the token to the gateway ("{{token}}"; tokens.carrier is message, line 4) — write the frame, with {token} in it',
    ],
    [
      'target: { url: "ws://x", protocol: { json: { handshake: [{ send: hi, expect: yo }] } } }\ntokens: { carrier: message }',
      '3:46: target.protocol.json.handshake: no step takes the token to the gateway ([{"send":"hi","expect":"yo"}]; tokens.carrier is message, line 4) — write a step whose frame has {token} in it',
    ],
    [
      'target: { url: "ws://x", protocol: { json: { handshake: [{ send: hi }] } } }',
      '3:58: target.protocol.json.handshake.0.expect: the server says nothing between this frame and the one before, or the opening ({}) — write what the server answers to it',
    ],
    [
      'target: { url: "ws://x", protocol: { json: { handshake: [{ send: "{token}", expect: yo }], authenticated: yo } } }',
      '3:46: target.protocol.json.handshake: the steps until ready are spelled twice ([{"send":"{token}","expect":"yo"}]; target.protocol.json.authenticated is yo, line 3) — make it a step of handshake',
    ],
    [
      'target: { url: "ws://x", protocol: { json: { reauthenticate: "{token}" } } }',
      '3:62: target.protocol.json.reauthenticate: no client would send or await this frame ("{token}"; tokens.renewal is reconnect, the default) — set tokens.renewal to in-band, or remove the frame',
    ],
    [
      'target: { url: "ws://x", protocol: { json: { heartbeat: ping } } }',
      '3:57: target.protocol.json.heartbeat: no client would send this frame (ping; clients.heartbeat is none, the default) — set clients.heartbeat, such as { every: 20s }, or remove the frame',
    ],
    [
      'target: { url: "ws://x?sid=1" }\ntokens: { carrier: { query: sid } }',
      '3:16: target.url: the URL has that query parameter already ("ws://x?sid=1"; tokens.carrier is {"query":"sid"}, line 4) — remove it from the URL: squall adds each client\'s token',
    ],
    [
      'tokens: { refresh: { url: "http://x/token" } }',
      '3:22: tokens.refresh.url: no longer a key — name the token endpoint in tokens.source, such as { oauth2: { url: https://staging.example.com/token } }',
    ],
    [
      'tokens: { refresh: { lead: 5s, tokensFile: t } }',
      "3:32: tokens.refresh.tokensFile: no longer a key — write the tokens into a column of users.file, and name it in tokens.source, such as { file: { refresh: '{user.refresh}' } }",
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
      'tokens: { refresh: { retry: { rounds: { size: 2, after: 1s, every: 9s } } } }',
      '3:31: tokens.refresh.retry.rounds: a token request has no time without a connection ({"size":2,"after":"1s","every":"9s"}) — remove it',
    ],
    [
      'tokens: { refresh: { retry: { first: 1s, rounds: { size: 2, after: 1s, every: 9s } } } }',
      '3:38: tokens.refresh.retry.first: the first delay is that of the first round (["1s","1s"]; tokens.refresh.retry.rounds is {"size":2,"after":"1s","every":"9s"}, line 3) — remove it, and set rounds.after',
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
    expect(problemsOf(LEAST + text)).toContain(`s.yaml:${line}`);
  });

  it.each([
    [
      'count: 1000000, commands: { rate: 1000/s, onReconnect: drop }',
      '5000000000 commands could be under way at once; at most 2147483648 are allowed (1000/s; clients.commands.ackTimeout is 5s, the default) — send fewer, or give up earlier',
    ],
    [
      'count: 100000, commands: { rate: 1000/s }',
      '3000000000 commands could be under way at once; at most 2147483648 are allowed (1000/s; duration is 30s, line 1) — send fewer, shorten the run, or set onReconnect to drop',
    ],
  ])('more commands than memory holds: %s', (clients, said) => {
    expect(problemsOf(`duration: 30s\nclients: { ${clients} }`)).toEqual([
      expect.stringContaining(`clients.commands.rate: ${said}`),
    ]);
  });

  it.each([
    'drop: reset',
    'for: 1s, refresh: lost',
    'for: 1s, refresh: wrong-subject',
    'for: 1s, handshake: { accept-then-close: {} }',
    'for: 1s, link: silent',
    'clock: { offset: 30s }',
  ])('is not %s against a foreign target: its clients see it all the same', (fault) => {
    expect(problemsOf(`${LEAST}target: { url: "ws://x" }\nfaults: [{ at: 1s, ${fault} }]`)).toEqual([]);
  });

  it('is found although other values are wrong, unless it involves one of them', () => {
    const lines = problemsOf(
      'duration: 30\nclients: { cuont: 5 }\ntokens: { refresh: { lead: 6m } }\nfaults: [{ at: 50m, clock: 1s }]',
    );
    expect(lines).toHaveLength(3);
    expect(lines[2]).toContain('tokens.refresh.lead: every token would be due');
  });
});
