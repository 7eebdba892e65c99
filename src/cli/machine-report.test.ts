import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { MachineLimits } from '../live/preflight.ts';
import { machineReport, machineText } from './machine-report.ts';
import { isNodeNewEnough, NODE_NEEDED } from './node-version.ts';

const LIMITS: MachineLimits = {
  descriptorsSoft: 1024,
  descriptorsHard: Infinity,
  ports: { low: 32_768, high: 60_999 },
  somaxconn: null,
  cores: 4,
  availableBytes: 8 * 1024 ** 3,
};
const demand = (clients: number) => ({ clients, workers: 4, embedded: true, commands: 0 });

describe('the report of squall doctor', () => {
  test('it states the limits, the scenario’s needs, and the fix for the difference', () => {
    expect(machineText(machineReport(demand(2000), LIMITS, '22.1.0'))).toBe(`Node         22.1.0
cores        4
descriptors  1024 soft, unlimited hard: room for 912 clients
ports        32768-60999 for each source address: room for 28232 clients
memory       8192 MiB free: room for 103219 clients
somaxconn    unknown

2000 clients do not fit; at most 912 would, with the embedded target.
too little: 2000 clients need 2112 descriptors; this process may open 1024
  ulimit -n 4112`);
  });

  test('a warning does not make a population too large', () => {
    const report = machineReport(demand(900), LIMITS, '22.1.0');
    expect(report.ok).toBe(true);
    expect(machineText(report)).toContain('900 clients fit; at most 912 would');
    expect(machineText(report)).toContain('warning: if all 900 clients refresh at once');
  });

  test('a Node that is too old is no machine for squall', () => {
    const report = machineReport(demand(1), LIMITS, '18.20.1');
    expect(report.ok).toBe(false);
    expect(machineText(report)).toContain(`18.20.1 (too old: ${NODE_NEEDED} or later is needed)`);
  });

  test('JSON can hold all of it', () => {
    const report = machineReport(demand(1), LIMITS, '22.1.0');
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
