import { getPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Fault } from '../../core/fault/fault.ts';
import { AT_ONCE } from '../../core/fault/planned.test.helper.ts';
import { injected } from '../../core/fault/occurrence.ts';
import { RefreshTokens } from '../../jwt/refresh-token.ts';
import type { TargetConfig, TargetCounts } from '../../embedded/protocol.ts';
import type * as compiled from './target-process.ts';
import { configWith } from '../../embedded/rig.test.helper.ts';

// The compiled class, which starts the compiled process: build first.
const { TargetProcess } = (await import(
  new URL('../../../dist/live/target/target-process.js', import.meta.url).href
)) as typeof compiled;

/** A target, and its messages for the run. */
async function started(changes: Partial<TargetConfig> = {}) {
  const config = await configWith(changes);
  const told: string[] = [];
  const counted: TargetCounts[] = [];
  let changed: (() => void) | undefined;
  const tell = (list: unknown[], what: unknown): void => {
    list.push(what);
    changed?.();
  };
  const target = await TargetProcess.start(config, {
    died: (message) => tell(told, message),
    journalBroken: (message) => tell(told, message),
    clock: () => {},
    restarted: (message) => tell(told, message),
    served: () => {},
    counts: (counts) => tell(counted, counts),
  });
  onTestFinished(async () => void (await target.stop()));
  const until = async (met: () => boolean): Promise<void> => {
    while (!met()) await new Promise<void>((resolve) => (changed = resolve));
  };
  const report = async (): Promise<TargetCounts> => {
    const before = counted.length;
    target.report();
    await until(() => counted.length > before);
    return counted.at(-1)!;
  };
  const kill = async (): Promise<void> => {
    const before = told.length;
    process.kill(target.pid!, 'SIGKILL');
    await until(() => told.length >= before + 1);
  };
  const refresh = async (client: number): Promise<number> => {
    const token = new RefreshTokens(config.refreshSecret).seal({ client, session: client, generation: 0 });
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token });
    const response = await fetch(target.tokenUrl, { method: 'POST', body, headers: { connection: 'close' } });
    return response.status;
  };
  return { target, told, until, report, kill, refresh };
}

test('a target leaves the cores to the load generator where both want them', async () => {
  const { target } = await started();
  expect(getPriority(target.pid)).toBe(getPriority() + 5);
});

test('a target that does not stop in time is killed, and the run reports that its counts are missing', async () => {
  const { target, told } = await started();
  process.kill(target.pid!, 'SIGSTOP');
  await target.stop();
  expect(told).toEqual([expect.stringMatching(/ was killed: it did not stop within 5000 ms, so counts are missing$/)]);
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('the process of the embedded target', () => {
  test('serves, counts, and is gone once it has been stopped', async () => {
    const { target, told, report, refresh } = await started();
    const pid = target.pid!;
    expect(target.counts).toBeNull();
    expect(await refresh(1)).toBe(200);
    expect(await report()).toMatchObject({ refreshes: 1, handshakes: 0 });
    expect(await refresh(2)).toBe(200);
    expect(await target.stop()).toMatchObject({ refreshes: 2 });
    expect(isAlive(pid)).toBe(false);
    expect(await target.stop()).toMatchObject({ refreshes: 2 });
    expect(told).toEqual([]);
  });

  test('that is killed is started again on its ports, takes up the faults that stand, and its counts add up', async () => {
    const { target, told, until, report, kill, refresh } = await started();
    const outage: Fault = {
      ...AT_ONCE,
      kind: 'refresh',
      forMs: 1,
      mode: { kind: 'status', status: 503, retryAfter: null },
    };
    const drop: Fault = { ...AT_ONCE, kind: 'drop', spreadMs: 60_000, mode: { kind: 'reset' } };
    const { pid, tokenUrl } = target;
    target.begin(injected(outage, 3, 5, 0));
    target.begin(injected(drop, 4, 6, 0));
    expect(await refresh(1)).toBe(503);
    await report();
    await kill();
    await until(() => told.includes('the embedded target is back'));
    expect(told).toEqual(['the embedded target died by itself (SIGKILL)', 'the embedded target is back']);
    expect(target.pid).not.toBe(pid);
    expect(target.tokenUrl).toBe(tokenUrl);
    expect(await refresh(2)).toBe(503);
    target.end(5);
    expect((await report()).faults).toEqual({
      3: { planned: 2, hit: 2, missed: {} },
      // A drop does not hit twice: those that it was planned for are counted once.
      4: { planned: 10, hit: 0, missed: {} },
    });
    expect(await refresh(2)).toBe(200);
    expect(await target.stop()).toMatchObject({ refreshes: 1 });
  });

  test('that has died and is stopped before it is back stays down', async () => {
    const { target, told, report, kill, refresh } = await started();
    await refresh(1);
    await report();
    await kill();
    expect(await target.stop()).toMatchObject({ refreshes: 1 });
    await sleep(1000);
    expect(told).toEqual(['the embedded target died by itself (SIGKILL)']);
    expect(isAlive(target.pid!)).toBe(false);
  });

  test('that cannot start says why', async () => {
    const { target } = await started();
    const config = await configWith({ gatewayPort: Number(new URL(target.gatewayUrl).port) });
    const nobody = {
      died: () => {},
      journalBroken: () => {},
      clock: () => {},
      restarted: () => {},
      served: () => {},
      counts: () => {},
    };
    await expect(TargetProcess.start(config, nobody)).rejects.toThrow(
      /^the embedded target did not start: cannot listen on 127\.0\.0\.1:\d+ \(EADDRINUSE\)/,
    );
  });
});
