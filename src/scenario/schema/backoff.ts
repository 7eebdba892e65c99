import { isDeepStrictEqual } from 'node:util';
import type { BackoffPolicy, Growth } from '../../core/policy/backoff.ts';
import { LIBRARIES } from '../../core/policy/libraries/index.ts';
import { oneOf, shorthand } from '../../core/codec/choice.ts';
import { type Codec, defaultsOf, type Refuse } from '../../core/codec/codec.ts';
import { backoffKeys, type BackoffKeys, backoffName } from './backoff-keys.ts';

/** The backoff of clients or refreshes. */
export interface NamedBackoff {
  /** `none`, a preset with at most its rules changed, or `custom` */
  readonly name: string;
  readonly policy: BackoffPolicy;
  /** the preset's own limit on an attempt; null where it has none */
  readonly connectTimeoutMs: number | null;
}

const spelled = oneOf(shorthand('preset', backoffName, backoffKeys), backoffKeys);

/** The JSON Schema of a backoff, to which its fields refer. */
export const BACKOFF_SCHEMA = spelled.schema;

/** A preset's name, or a mapping that spells a backoff out or changes a preset. */
export const backoff: Codec<NamedBackoff> = spelled.map(compose, spell).withSchema({ $ref: '#/$defs/backoff' });

/** Defaults of a backoff without a preset. */
const DEFAULT_KEYS = defaultsOf(backoffKeys);

const DEFAULT_POLICY: BackoffPolicy = {
  ...withoutGrowth(DEFAULT_KEYS),
  growth: { kind: 'exponential', baseMs: DEFAULT_KEYS.baseMs, factor: DEFAULT_KEYS.factor },
};

/** Tries again at once, as a client without any backoff does. */
const NO_BACKOFF: BackoffPolicy = {
  ...DEFAULT_POLICY,
  growth: { kind: 'fixed', delayMs: 0 },
  jitter: { kind: 'none' },
  capMs: Infinity,
};

function startOf(name: string | undefined): NamedBackoff {
  const preset = name === undefined ? undefined : LIBRARIES[name];
  if (preset !== undefined) {
    const { policy, connectTimeoutMs } = preset;
    return { name: name ?? 'custom', policy, connectTimeoutMs };
  }
  return { name: name ?? 'custom', policy: name === undefined ? DEFAULT_POLICY : NO_BACKOFF, connectTimeoutMs: null };
}

function compose(keys: BackoffKeys, refuse: Refuse): NamedBackoff {
  const start = startOf(keys.preset);
  const { first: startFirst = null, rounds: startRounds = null, ...rest } = start.policy;
  const { first = startFirst, rounds = startRounds } = keys;
  const growth = composeGrowth(keys, rest.growth, refuse);
  const policy = {
    ...rest,
    ...withoutGrowth(keys),
    growth,
    ...(first === null ? {} : { first }),
    ...(rounds === null ? {} : { rounds }),
  };
  const unchanged = isDeepStrictEqual({ ...policy, rules: [] }, { ...start.policy, rules: [] });
  return { ...start, name: unchanged ? start.name : 'custom', policy };
}

/** Keys that are fields of the policy, too. */
function withoutGrowth<K extends BackoffKeys>(keys: K) {
  const {
    preset: _,
    first: _1,
    rounds: _9,
    growth: _2,
    baseMs: _3,
    factor: _4,
    growsFrom: _5,
    stepMs: _6,
    delaysMs: _7,
    then: _8,
    ...own
  } = keys;
  return own;
}

const GROWTH_KEYS = {
  base: 'baseMs',
  factor: 'factor',
  growsFrom: 'growsFrom',
  step: 'stepMs',
  delays: 'delaysMs',
  then: 'then',
} as const;

type GrowthKey = keyof typeof GROWTH_KEYS;

/** The keys that each growth uses. */
const HEEDED: Readonly<Record<Growth['kind'], readonly string[]>> = {
  fixed: ['base'],
  linear: ['base', 'step'],
  exponential: ['base', 'factor', 'growsFrom'],
  table: ['delays', 'then'],
} satisfies Readonly<Record<Growth['kind'], readonly GrowthKey[]>>;

/** The growth of `start` with the keys applied, which may change its kind. */
function composeGrowth(keys: BackoffKeys, start: Growth, refuse: Refuse): Growth {
  const kind = keys.growth ?? start.kind;
  const stray = Object.entries(GROWTH_KEYS).find(
    ([key, own]) => keys[own] !== undefined && !HEEDED[kind].includes(key),
  );
  if (stray !== undefined) {
    const heeding = Object.entries(HEEDED).filter(([, heeded]) => heeded.includes(stray[0]));
    const right = `it belongs to growth ${heeding.map(([name]) => name).join(', ')}; remove it, or change growth`;
    refuse(`has no meaning with growth ${kind} — ${right}`, [stray[0]]);
  }
  const given = { ...DEFAULT_KEYS, ...keysOf(start), ...keys };
  switch (kind) {
    case 'fixed':
      return { kind, delayMs: given.baseMs };
    case 'linear':
      return { kind, baseMs: given.baseMs, stepMs: given.stepMs };
    case 'exponential':
      return {
        kind,
        baseMs: given.baseMs,
        factor: given.factor,
        ...(given.growsFrom === 'previous' ? { growsFrom: 'previous' } : {}),
      };
    case 'table': {
      const { delaysMs = start.kind === kind ? start.delaysMs : [] } = keys;
      if (delaysMs.length === 0) refuse('missing — growth table needs its delays, such as [0s, 2s, 10s]', ['delays']);
      return { kind, delaysMs, then: given.then };
    }
  }
}

/** The keys that describe a growth. */
function keysOf({ kind: growth, ...rest }: Growth): BackoffKeys {
  if ('delayMs' in rest) return { growth, baseMs: rest.delayMs };
  // Without the key, a growth from the previous delay could come from the client library.
  return growth === 'exponential' ? { growth, growsFrom: 'base', ...rest } : { growth, ...rest };
}

/** The inverse of `compose`; all keys are written, since a preset may change with its library. */
function spell({ name, policy }: NamedBackoff): BackoffKeys {
  const { growth, first = null, rounds = null, ...rest } = policy;
  return { ...(name === 'custom' ? {} : { preset: name }), first, rounds, ...keysOf(growth), ...rest };
}
