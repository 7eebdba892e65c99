import { describe, expect, test } from 'vitest';
import { parseCount, parseDescriptors, parseListening, parsePorts, readMachineLimits } from './machine-limits.ts';

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

  test('listeners are told from connections in the table of the kernel', () => {
    const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 0 100 0 0 10 0
   1: 0100007F:9C40 0100007F:1F90 01 00000000:00000000 00:00000000 00000000     0        0 4243 1 0 20 4 30 10 -1
`;
    expect(parseListening(table)).toEqual([8080]);
    expect(parseListening(null)).toEqual([]);
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
