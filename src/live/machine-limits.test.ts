import { describe, expect, test } from 'vitest';
import { parseCount, parseDescriptors, parsePorts, readMachineLimits } from './machine-limits.ts';

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max processes             127412               127412               processes
Max open files            1024                 1048576              files
`;

describe('the limits of a machine', () => {
  test('descriptors are read from the line of proc_pid_limits', () => {
    expect(parseDescriptors(LIMITS)).toEqual({ soft: 1024, hard: 1_048_576 });
  });

  test('an unlimited limit is infinite', () => {
    expect(parseDescriptors('Max open files            unlimited            unlimited            files')).toEqual({
      soft: Infinity,
      hard: Infinity,
    });
  });

  test.each([null, '', 'Max open files'])('descriptors are unknown when the file says %j', (text) => {
    expect(parseDescriptors(text)).toBeNull();
  });

  test('the port range is read as two numbers', () => {
    expect(parsePorts('32768\t60999\n')).toEqual({ low: 32_768, high: 60_999 });
    expect(parsePorts('32768')).toBeNull();
    expect(parsePorts(null)).toBeNull();
  });

  test('a count is a whole number or unknown', () => {
    expect(parseCount('4096\n')).toBe(4096);
    expect(parseCount('many')).toBeNull();
    expect(parseCount(null)).toBeNull();
  });

  test('this machine has at least one core and some memory', () => {
    const limits = readMachineLimits();
    expect(limits.cores).toBeGreaterThanOrEqual(1);
    expect(limits.availableBytes).toBeGreaterThan(0);
  });
});
