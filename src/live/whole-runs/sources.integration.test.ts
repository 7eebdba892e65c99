import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { liveRun, smallScenario } from '../../testing/live-run.ts';

/** Local ends of this machine's connections, as the kernel lists them. */
function localEnds(): readonly string[] {
  const table = readFileSync('/proc/net/tcp', 'utf8');
  return Array.from(
    table.matchAll(/^\s*\d+: ([0-9A-F]{8}:[0-9A-F]{4}) [0-9A-F]{8}:[0-9A-F]{4} 01 /gm),
    ([, end]) => end!,
  );
}

test.skipIf(!existsSync('/proc/net/tcp'))(
  'clients connect from the addresses that the scenario lists, each connection from a port that the system does not give away',
  async () => {
    const seen = new Set<string>();
    const sets = ['generator.localAddresses=[127.0.0.77, 127.0.0.78]', 'generator.workers=2'];
    const faults = 'faults=[{ at: 1500ms, share: 100%, drop: { code: 1012 } }]';
    const { outcome } = await liveRun(smallScenario(...sets, faults, 'duration=4s'), {
      onProgress: () => localEnds().forEach((end) => seen.add(end)),
    });
    expect(outcome.measurements.curves.total('recovered')).toBe(30);
    expect(outcome.measurements.timings.handshake.failures.size).toBe(0);
    // The kernel writes addresses in the machine's order of bytes.
    const ours = [...seen]
      .filter((end) => /^(4D00007F|7F00004D)/.test(end))
      .map((end) => Number.parseInt(end.slice(9), 16));
    expect(ours.length).toBeGreaterThan(0);
    expect(ours.filter((port) => port < 10_000 || (port >= 32_768 && port <= 60_999))).toEqual([]);
  },
);
