import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { availableMemory } from 'node:process';
import type { MachineLimits } from './preflight.ts';

/**
 * Reads the limits of this process on this machine; without /proc, limits known only on Linux are null. Node raises its
 * soft limit of descriptors to the hard one at its start, so the soft limit applies to the run.
 */
export function readMachineLimits(): MachineLimits {
  const descriptors = parseDescriptors(textOf('/proc/self/limits'));
  return {
    descriptorsSoft: descriptors?.soft ?? null,
    descriptorsHard: descriptors?.hard ?? null,
    ports: parsePorts(textOf('/proc/sys/net/ipv4/ip_local_port_range')),
    somaxconn: parseCount(textOf('/proc/sys/net/core/somaxconn')),
    cores: availableParallelism(),
    availableBytes: availableMemory(),
  };
}

/** Reads the ports on which programs of this machine listen; none without /proc. */
export function readListeningPorts(): readonly number[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => parseListening(textOf(path)));
}

/** Parses the local ports of the listeners (state 0A) in a table of proc_net_tcp(5). */
export function parseListening(text: string | null): readonly number[] {
  const listeners = (text ?? '').matchAll(/^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /gm);
  return Array.from(listeners, ([, port]) => Number.parseInt(port ?? '', 16));
}

/** Parses the line `Max open files  SOFT  HARD  files` of proc_pid_limits(5); `unlimited` is Infinity. */
export function parseDescriptors(text: string | null): { soft: number; hard: number } | null {
  const match = /^Max open files\s+(\d+|unlimited)\s+(\d+|unlimited)/m.exec(text ?? '');
  if (match === null) return null;
  return { soft: limitOf(match[1]), hard: limitOf(match[2]) };
}

/** Parses the first and last ephemeral port, inclusive (ip(7), ip_local_port_range). */
export function parsePorts(text: string | null): { low: number; high: number } | null {
  const match = /^(\d+)\s+(\d+)\s*$/.exec(text ?? '');
  if (match === null) return null;
  return { low: Number(match[1]), high: Number(match[2]) };
}

export function parseCount(text: string | null): number | null {
  return text !== null && /^\d+\s*$/.test(text) ? Number(text) : null;
}

function limitOf(word: string | undefined): number {
  return word === 'unlimited' ? Infinity : Number(word);
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
