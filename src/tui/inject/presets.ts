import type { FaultKind } from '../../core/fault/fault.ts';

/** Whether a fault has to be given a length, may act for good, does so always, or is over at once. */
export type Lasting = 'has to' | 'may' | 'for good' | 'never';

/** What the menu offers of one kind of fault. */
export interface KindPresets {
  readonly lasts: Lasting;
  readonly presets: readonly Preset[];
}

export interface Preset {
  /** begins like the fault's label, without its kind */
  readonly name: string;
  /** what it does, in less than a line of 80 */
  readonly does: string;
  /** what a scenario says under the fault's own key */
  readonly says: unknown;
  /** where it is otherwise than with the kind's others */
  readonly lasts?: Lasting;
}

function preset(name: string, does: string, says: unknown = name): Preset {
  return { name, does, says };
}

function forGood(written: Preset): Preset {
  return { ...written, lasts: 'for good' };
}

const refresh: KindPresets = {
  lasts: 'has to',
  presets: [
    preset('503', 'the token endpoint answers 503', { status: 503 }),
    preset('429 retry-after 5s', 'it answers 429 and asks for 5 s of patience', { status: 429, retryAfter: 5 }),
    preset('refuse', 'it refuses connections'),
    preset('hang', 'it never answers'),
    preset('reset', 'it resets the connection instead of an answer'),
    preset('slow 2s', 'it answers 2 s later', { slow: '2s' }),
    preset('lost', 'it issues the token, and the answer is lost: the rotation trap'),
    preset('invalid-grant', 'it calls the refresh token invalid: log in again'),
    preset('malformed', 'its answer is no JSON'),
    preset('stale', 'it issues a token that has expired'),
    preset('wrong-subject', "it issues another user's token"),
  ],
};

const handshake: KindPresets = {
  lasts: 'has to',
  presets: [
    preset('503', 'the gateway answers upgrades with 503', { status: 503 }),
    preset('429 retry-after 5s', 'it answers 429 and asks for 5 s of patience', { status: 429, retryAfter: 5 }),
    preset('401', 'it calls every token bad', { status: 401 }),
    preset('403', 'it lets nobody in', { status: 403 }),
    preset('refuse', 'it refuses connections'),
    preset('hang', 'it never answers an upgrade'),
    preset('slow 2s', 'it accepts 2 s later', { slow: '2s' }),
    preset('kick 4401', 'it accepts, and then closes with 4401', { kick: { code: 4401 } }),
  ],
};

const drop: KindPresets = {
  lasts: 'never',
  presets: [
    preset('1012', 'the gateway closes connections: service restart', { code: 1012 }),
    preset('1001', 'it closes connections: going away', { code: 1001 }),
    preset('1011', 'it closes connections: internal error', { code: 1011 }),
    preset('1013', 'it closes connections: try again later', { code: 1013 }),
    preset('4401', 'it closes connections: token expired', { code: 4401 }),
    preset('reset', 'it resets connections: no close frame, just a RST'),
    preset('garbage', 'it sends bytes that are no frame'),
  ],
};

const link: KindPresets = {
  lasts: 'has to',
  presets: [
    preset('silent', 'ready connections go half-open: nothing passes, nobody is told'),
    preset('stall', 'nothing reaches the client until the fault ends'),
    preset('latency 500ms', 'every message takes 500 ms longer each way', { latency: '500ms' }),
    preset('bandwidth 1kB/s', '1 kB a second passes each way', { bandwidth: '1kB/s' }),
    preset('duplicate', 'every message arrives twice'),
    preset('reorder', 'every two messages change places'),
  ],
};

const clock: KindPresets = {
  lasts: 'may',
  presets: [
    preset('+30s', "the clients' clocks jump ahead by 30 s", '30s'),
    preset('-30s', "the clients' clocks jump back by 30 s", '-30s'),
    preset('+300s', "the clients' clocks jump ahead by 5 min", '5m'),
    preset('-300s', "the clients' clocks jump back by 5 min", '-5m'),
    preset('+10ms/s', "the clients' clocks gain 10 ms a second", { drift: '10ms/s' }),
    preset('token-service +30s', "the token service's clock jumps ahead", { of: 'token-service', offset: '30s' }),
    preset('token-service -30s', "the token service's clock jumps back", { of: 'token-service', offset: '-30s' }),
    preset('gateway +30s', "the gateways' clocks jump ahead", { of: 'gateway', offset: '30s' }),
    preset('gateway -30s', "the gateways' clocks jump back", { of: 'gateway', offset: '-30s' }),
  ],
};

const keys: KindPresets = {
  lasts: 'may',
  presets: [
    forGood(preset('rotate', 'a new key signs, the old one stays in the key set')),
    forGood(preset('rotate-without-overlap', 'a new key signs, the old one leaves the key set at once')),
    preset('jwks-down', 'the key set cannot be fetched'),
    preset('unknown-key', 'tokens are signed with a key that no key set holds'),
  ],
};

const session: KindPresets = {
  lasts: 'never',
  presets: [
    preset('logout', "a user logs out on one device: the others' sessions end"),
    preset('compromised', "a device's session is revoked: it was stolen"),
    preset('disabled', 'an account is disabled, with all its sessions'),
    preset('role-removed', 'a user may not issue commands any more'),
    preset('tenant-removed', 'a user leaves the tenant whose commands it issues'),
  ],
};

const gateway: KindPresets = {
  lasts: 'has to',
  presets: [
    preset('crash', 'gateways are killed, and started again when the fault ends'),
    preset('crash, ids lost', 'the same, and they forget which commands they had seen', { crash: { memory: 'lost' } }),
    preset('rolling', 'gateways are drained and replaced, one after the other'),
    preset('capacity 0%', 'nobody is let in: handshakes wait until it ends', { capacity: '0%' }),
    preset('capacity 25%', 'a quarter of the handshake capacity is left', { capacity: '25%' }),
  ],
};

/** Faults that can be injected into any run. Those that need something of the user's own, a scenario has to spell out. */
export const PRESETS: Readonly<Record<Exclude<FaultKind, 'exec' | 'toxiproxy'>, KindPresets>> = {
  refresh,
  handshake,
  drop,
  link,
  clock,
  keys,
  session,
  gateway,
};
