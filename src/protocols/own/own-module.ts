import { isMapping } from '../../core/codec/object.ts';
import type { ModuleShape } from '../../core/protocol/module.ts';
import type { ClientPings, ServerPings } from '../../core/protocol/shape.ts';
import { loadModule } from '../../disk/load-module.ts';
import { failureText, ProtocolFailed } from './failure.ts';

/** Methods of the contract, in the order of the numbers by which calls under way are known. */
export const METHODS = ['connect', 'authenticate', 'join', 'renew', 'command', 'ping', 'receive'] as const;

export type Method = (typeof METHODS)[number];

/** A module that fulfils the contract as far as can be seen before its methods are called. */
export interface OwnModule {
  readonly shape: ModuleShape;
  readonly subprotocols: readonly string[];
  readonly connect: (...args: readonly unknown[]) => unknown;
}

const CONTRACT = 1;
const MAX_JOINS = 100;
const MAX_MS = 86_400_000;
const HANDSHAKES = ['none', 'client-first', 'server-first'] as const;
/** A subprotocol is a token of HTTP (RFC 6455 section 4.1). */
const TOKEN = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;

/**
 * Loads a protocol of the user's own, whose code runs now.
 *
 * @throws {ProtocolFailed} for a module that cannot be loaded or is none of the contract
 */
export function loadOwnModule(file: string): OwnModule {
  const fail = (what: string): never => {
    throw new ProtocolFailed(failureText(file, '', what));
  };
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = loadModule(file);
  } catch (error) {
    return fail(`cannot be loaded (${error instanceof Error ? error.message : 'it threw no error'})`);
  }
  const protocol = exported['default'];
  if (!isMapping(protocol)) return fail('has no default export that is an object');
  if (protocol['contract'] !== CONTRACT) return fail(`is not of contract ${CONTRACT}, the only one that squall knows`);
  const { connect, subprotocols = [] } = protocol;
  if (typeof connect !== 'function') return fail('has no function `connect`');
  if (!Array.isArray(subprotocols) || !subprotocols.every((name) => typeof name === 'string' && TOKEN.test(name)))
    return fail('has `subprotocols` that are no list of names');
  const shape = shapeIn(protocol['shape'], fail);
  return { shape, subprotocols, connect: (...args) => Reflect.apply(connect, protocol, args) as unknown };
}

function shapeIn(shape: unknown, fail: (what: string) => never): ModuleShape {
  if (!isMapping(shape)) return fail('has no `shape`');
  const { handshake, joins = 0, acknowledges = false, renewsInBand = false, clientPings, serverPings } = shape;
  const known = HANDSHAKES.find((each) => each === handshake);
  if (known === undefined) return fail(`has a \`shape.handshake\` that is none of ${HANDSHAKES.join(', ')}`);
  if (typeof joins !== 'number' || !Number.isInteger(joins) || joins < 0 || joins > MAX_JOINS)
    return fail(`has a \`shape.joins\` that is no number from 0 to ${MAX_JOINS}`);
  if (typeof acknowledges !== 'boolean' || typeof renewsInBand !== 'boolean')
    return fail('has a `shape.acknowledges` or `shape.renewsInBand` that is neither true nor false');
  const client = clientPings === undefined ? null : pingsIn(clientPings, 'clientPings', fail);
  const server = serverPings === undefined ? null : pingsIn(serverPings, 'serverPings', fail);
  return { handshake: known, joins, acknowledges, renewsInBand, keepAlive: { client, server } };
}

function pingsIn(pings: unknown, name: string, fail: (what: string) => never): ClientPings & ServerPings {
  const { everyMs, timeoutMs, answered = true } = isMapping(pings) ? pings : {};
  if (!isTime(everyMs) || !isTime(timeoutMs) || typeof answered !== 'boolean')
    return fail(`has \`shape.${name}\` without times \`everyMs\` and \`timeoutMs\` of at most a day`);
  return { everyMs, timeoutMs, answered };
}

function isTime(ms: unknown): ms is number {
  return typeof ms === 'number' && ms > 0 && ms <= MAX_MS;
}
