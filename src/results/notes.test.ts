import { describe, expect, test } from 'vitest';
import { parseScenario } from '../threshold/load-scenario.ts';
import { scriptedRun } from '../testing/scripted-run.ts';
import { outcomeOf } from '../core/fault/outcome.ts';
import { AT_ONCE } from '../core/fault/planned.test.helper.ts';
import { notesOf } from './notes.ts';

const run = scriptedRun(500);
const { measurements } = run.advance(run.scenario.durationMs).progress;
const { ledger } = measurements;
const url = 'target: { url: "ws://127.0.0.1:9" }';
const byMessage = `target:
  url: ws://127.0.0.1:9
  protocol: squall
tokens: { carrier: message }`;

function notes(yaml: string, counts: Partial<typeof ledger>, world: 'live' | 'sim' = 'live'): readonly string[] {
  const scenario = parseScenario(`duration: 10s\nclients: { count: 500, arrive: { over: 1s } }\n${yaml}`, 'a.yaml');
  return notesOf({ scenario, world, faults: [], measurements: { ...measurements, ledger: { ...ledger, ...counts } } });
}

const none = { due: 0, sent: 0, acknowledged: 0, gaveUp: 0, inFlight: 0 };
const READY = 'ready means: the WebSocket upgrade was answered with HTTP 101; nothing showed that a token was accepted';

describe('notes on a run', () => {
  test('say that connections were let in without an identity', () => {
    const reported = { ...measurements.reported, anonymous: 3 };
    const noted = {
      scenario: run.scenario,
      world: 'live',
      measurements: { ...measurements, reported },
      faults: [],
    } as const;
    expect(notesOf(noted)).toContain('3 connections were let in without an identity; clients count them as ready');
  });

  test('count the misses of a fault that was injected by hand', () => {
    const drop = { ...AT_ONCE, kind: 'drop', atMs: 5000, mode: { kind: 'reset' } } as const;
    const outcomes = [
      outcomeOf(drop, 10_000, { planned: 50, hit: 48, missed: { 'not-connected': 2 } }, true),
      outcomeOf(drop, 10_000, { planned: 50, hit: 50, missed: {} }, true),
      outcomeOf(drop, 10_000, { planned: 50, hit: 48, missed: { 'not-connected': 2 } }, false),
    ];
    expect(notesOf({ scenario: run.scenario, world: 'live', measurements, faults: outcomes })).toContain(
      'the fault `drop reset` at 5 s hit 48 of 50 (2 not-connected); it was injected by hand, where a miss is allowed',
    );
    expect(notesOf({ scenario: run.scenario, world: 'live', measurements, faults: outcomes }).join()).not.toMatch(
      /50 of 50|by hand.*by hand/,
    );
  });

  test.each([
    ['verify: false', 'live', true],
    ['verify: false', 'sim', false],
    ['servername: y', 'live', false],
  ] as const)('say that certificates were not checked where they were not: %s, %s', (tls, world, says) => {
    const said = notes(`target: { url: wss://x, tls: { ${tls} } }`, none, world).join();
    expect(said.includes('certificates were not checked (target.tls.verify is false)')).toBe(says);
  });

  test('explain `ready` if no answer showed that a token was accepted', () => {
    expect(notes(url, none)).toContain(READY);
  });

  test.each([
    ['a message accepts the token', byMessage, none, 'live'],
    [
      'a handshake awaits a message',
      `target: { url: "ws://127.0.0.1:9", protocol: { json: { handshake: [{ expect: { type: hello } }] } } }`,
      none,
      'live',
    ],
    ['commands were acknowledged', url, { ...none, sent: 9, acknowledged: 9 }, 'live'],
    ['the target is embedded, and checks tokens', '', none, 'live'],
    ['the run is simulated', url, none, 'sim'],
  ] as const)('do not say it where %s', (_, yaml, counts, world) => {
    expect(notes(yaml, counts, world)).not.toContain(READY);
  });

  test.each([
    [{ due: 40, sent: 40, acknowledged: 0, gaveUp: 30 }, /^none of the 40 commands that came due was acknowledged/],
    [{ due: 40, sent: 40, acknowledged: 10, gaveUp: 30 }, /^most commands were not acknowledged: 30 of 40/],
    [{ due: 40, sent: 40, acknowledged: 0, inFlight: 40 }, /^none of the 40 .* was acknowledged \(in flight 40\)$/],
    [{ due: 40, sent: 40, acknowledged: 5, inFlight: 35 }, /35 of 40 \(in flight 35\)$/],
    [{ due: 40, sent: 10, acknowledged: 10, skipped: 8, waiting: 22 }, /30 of 40 \(waiting for a connection 22\)$/],
  ])('say that commands were not acknowledged: %o', (counts, sentence) => {
    expect(notes('', counts)).toContainEqual(expect.stringMatching(sentence));
  });

  test.each([
    ['most were', { sent: 40, acknowledged: 30, gaveUp: 10 }],
    ['none was sent', none],
    ['fewer are in flight than were acknowledged', { due: 40, sent: 40, acknowledged: 30, inFlight: 10 }],
  ])('say nothing of commands where %s', (_, counts) => {
    expect(notes('', counts)).toEqual([]);
  });
});

describe('a note on minted tokens', () => {
  test.each([
    ['stands beside a live run against a URL without a token endpoint', url, 'live', true],
    ['is not there for the embedded target, which has one', '', 'live', false],
    ['is not there for a simulation', url, 'sim', false],
  ] as const)('%s', (_, yaml, world, there) => {
    const minted = notes(yaml, none, world).some((note) => /^tokens: minted by squall, \d+ renewals?;/.test(note));
    expect(minted).toBe(there);
  });

  test('gives way to another where tokens stand in columns of users', () => {
    const source = "users: { file: users.csv }\ntokens: { source: { file: { access: '{user.access}' } } }";
    const said = notes(`${url}\n${source}`, none).filter((note) => note.startsWith('tokens: '));
    expect(said).toEqual(['tokens: from columns of users; no token endpoint was used']);
  });
});
