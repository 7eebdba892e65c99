import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { MachineLimits } from '../live/health/preflight.ts';
import { machineReport, machineText } from './machine-report.ts';
import { isNodeNewEnough, NODE_NEEDED } from './terminal/node-version.ts';

const LIMITS: MachineLimits = {
  descriptorsSoft: 1024,
  descriptorsHard: Infinity,
  ports: { low: 32_768, high: 60_999 },
  somaxconn: null,
  cores: 4,
  availableBytes: 8 * 1024 ** 3,
};

describe('the report of squall doctor', () => {
  test('it states the limits, the scenario’s needs, and the fix for the difference', () => {
    expect(machineText(machineReport(20_000, LIMITS, '22.1.0'))).toBe(`Node         22.1.0
cores        4
descriptors  1024 soft, unlimited hard, for each process: room for 15168 clients
ports        32768-60999 for each source address: room for 27304000 clients
memory       8192 MiB free: room for 75571 clients
somaxconn    unknown

20000 clients do not fit; at most 15168 would, with the embedded target.
They take 27 worker processes, and 16 embedded gateways.
too little: the connections of each embedded gateway need 1314 descriptors; its process may open 1024
  ulimit -n 1314
warning: if all 741 clients of each worker process refresh at once they need 1558 descriptors; a process may open 1024
  ulimit -n 1558`);
  });

  test('a warning does not make a population too large', () => {
    const report = machineReport(700, LIMITS, '22.1.0');
    expect(report.ok).toBe(true);
    expect(machineText(report)).toContain(
      '700 clients fit; at most 15168 would, with the embedded target.\nThey take 2 worker threads, and 1 embedded gateway.',
    );
    expect(machineText(report)).toContain('warning: if all 700 clients refresh at once');
  });

  test('a Node that is too old is no machine for squall', () => {
    const report = machineReport(1, LIMITS, '18.20.1');
    expect(report.ok).toBe(false);
    expect(machineText(report)).toContain(`18.20.1 (too old: ${NODE_NEEDED} or later is needed)`);
  });

  test('JSON can hold all of it', () => {
    const report = machineReport(1, LIMITS, '22.1.0');
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(report.descriptors).toEqual({ soft: 1024, hard: 'unlimited' });
  });
});

describe('the version of Node', () => {
  test.each([
    ['20.19.0', true],
    ['20.20.2', true],
    ['22.0.0', true],
    ['20.18.9', false],
    ['18.99.0', false],
  ])('%s is new enough: %s', (version, enough) => {
    expect(isNodeNewEnough(version)).toBe(enough);
  });

  test('the required Node version is the one in package.json', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      engines: { node: string };
    };
    expect(`${engines.node}.0`).toBe(`>=${NODE_NEEDED}`);
  });
});
