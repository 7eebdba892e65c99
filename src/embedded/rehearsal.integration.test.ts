import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { shippedTestJwk } from '../jwt/keys.ts';
import type * as compiled from '../live/target/target-process.ts';
import { NOTHING_COUNTED, type TargetCounts } from './protocol.ts';
import { rehearse } from './rehearsal.ts';
import { configWith, REFRESH_TOKENS } from './rig.test.helper.ts';
import { SESSION_CHANNEL } from './session-channel.ts';

// The compiled class, which starts the compiled process: build first.
const { TargetProcess } = (await import(
  new URL('../../dist/live/target/target-process.js', import.meta.url).href
)) as typeof compiled;

const REHEARSALS = 50;
const REHEARSED = { handshakes: REHEARSALS, refreshes: REHEARSALS };

/** Counts the messages of a diagnostics channel until the test ends. */
function counterOf(channel: string): () => number {
  let count = 0;
  const add = (): void => void (count += 1);
  subscribe(channel, add);
  onTestFinished(() => void unsubscribe(channel, add));
  return () => count;
}

it.each(['gateway', 'token-service'] as const)('a %s answers its rehearsals, and leaves nothing open', async (role) => {
  const connections = counterOf('net.server.socket');
  const sessions = counterOf(SESSION_CHANNEL);
  const before = openSockets();
  // Keys of HS256 are fetched from nobody, so each connection is one of the rehearsal.
  const keys = { algorithm: 'HS256', privateJwk: await shippedTestJwk('HS256') } as const;
  await rehearse(await configWith({ ...keys, role, rehearsals: REHEARSED }));
  expect(connections()).toBe(REHEARSALS);
  expect(sessions()).toBe(0);
  await expect.poll(openSockets).toBe(before);
});

it('a target that rehearsed has counted, written and remembered nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'squall-rehearsal-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [journalFile, accessLogFile] = [join(folder, 'journal'), join(folder, 'access.log')];
  const counted: TargetCounts[] = [];
  const target = await TargetProcess.start(
    await configWith({
      rehearsals: REHEARSED,
      reuseDetection: 'strict',
      accessLog: 'raw',
      journalFile,
      accessLogFile,
    }),
    {
      died: () => {},
      journalBroken: () => {},
      clock: () => {},
      restarted: () => {},
      served: () => {},
      counts: (counts) => void counted.push(counts),
    },
  );
  onTestFinished(async () => void (await target.stop()));
  target.report();
  // What a process has used of its cores since it started is no count of what reached it.
  const used = { cpuMs: expect.any(Number) as number, starvedMs: expect.any(Number) as number };
  await expect.poll(() => counted).toEqual([{ ...NOTHING_COUNTED, ...used }]);
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: REFRESH_TOKENS.seal({ client: 0, session: 0, generation: 0 }),
  });
  expect((await fetch(target.tokenUrl, { method: 'POST', body })).status).toBe(200);
  await target.stop();
  expect(readFileSync(journalFile, 'utf8')).toBe('');
  expect(existsSync(accessLogFile) ? readFileSync(accessLogFile, 'utf8') : '').toBe('');
});

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length;
}
