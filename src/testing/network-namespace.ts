import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';

/** A machine of a test: a network namespace that reaches this one through a pair of virtual interfaces. */
export interface Namespace {
  /** address of this side, which both sides reach */
  readonly host: string;
  /** address of the other side */
  readonly address: string;
  /** command that starts a process on the other side */
  readonly within: readonly string[];
  /** Cuts the line between both sides: packets are lost without an error on either. */
  cut(): void;
  mend(): void;
  remove(): void;
}

/** Whether this process may make network namespaces: as root on Linux, with iproute2. */
export const HAS_NAMESPACES = canMake();

/** Makes a namespace; the caller removes it. */
export function makeNamespace(): Namespace {
  const name = `squall-${process.pid}-${randomInt(1e6)}`;
  const [here, there] = [`sq${randomInt(36 ** 6).toString(36)}a`, `sq${randomInt(36 ** 6).toString(36)}b`];
  // Addresses for benchmarks of networks (RFC 2544), which nobody else uses.
  const net = `198.18.${randomInt(256)}.${4 * randomInt(64)}`.split('.').map(Number);
  const at = (place: number): string => [...net.slice(0, 3), net[3]! + place].join('.');
  ip('netns', 'add', name);
  ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name);
  ip('address', 'add', `${at(1)}/30`, 'dev', here);
  ip('link', 'set', here, 'up');
  ip('-n', name, 'address', 'add', `${at(2)}/30`, 'dev', there);
  ip('-n', name, 'link', 'set', there, 'up');
  ip('-n', name, 'link', 'set', 'lo', 'up');
  return {
    host: at(1),
    address: at(2),
    within: ['ip', 'netns', 'exec', name],
    cut: () => ip('-n', name, 'link', 'set', there, 'down'),
    mend: () => ip('-n', name, 'link', 'set', there, 'up'),
    remove: () => ip('netns', 'del', name),
  };
}

function ip(...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${error?.message ?? stderr}`);
}

function canMake(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    makeNamespace().remove();
    return true;
  } catch {
    return false;
  }
}
