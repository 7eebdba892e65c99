import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { BackoffPolicy, Growth } from '../../core/policy/backoff.ts';
import { PRESETS } from '../../core/policy/presets/index.ts';
import { DEFAULTS } from '../defaults.ts';
import { refusal, Rejection, reject } from '../../core/codec/reject.ts';
import { backoffKeys, backoffName, backoffShape } from './backoff-keys.ts';
import type { BackoffKeys } from './backoff-keys.ts';

/** A backoff as clients or refreshes have it. */
export interface NamedBackoff {
  /** `none`, the preset of which nothing was changed but its rules, or `custom` */
  readonly name: string;
  readonly policy: BackoffPolicy;
  /** the preset's own limit on an attempt; null where it has none */
  readonly connectTimeoutMs: number | null;
}

/** A preset's name, or a mapping that spells a backoff out or changes a preset. */
export const backoff = z
  .union([backoffName.transform((preset): BackoffKeys => ({ preset })), backoffKeys])
  .transform((keys, context): NamedBackoff => {
    const growth = composeGrowth(keys, startOf(keys.preset).policy.growth);
    if (!(growth instanceof Rejection)) return compose(keys, growth);
    for (const { message, path } of growth.findings)
      context.issues.push({ code: 'custom', message, path: [...path], input: keys });
    return z.NEVER;
  })
  .meta({ id: 'backoff' });

/** `DEFAULTS.backoff`, read by the same validator as everything else. */
const DEFAULT_KEYS = z.object(backoffShape).omit({ preset: true, delays: true }).required().parse(DEFAULTS.backoff);

const DEFAULT_POLICY: BackoffPolicy = {
  growth: { kind: 'exponential', baseMs: DEFAULT_KEYS.base, factor: DEFAULT_KEYS.factor },
  jitter: DEFAULT_KEYS.jitter,
  jitterDrawn: DEFAULT_KEYS.jitterDrawn,
  capMs: DEFAULT_KEYS.cap,
  capOn: DEFAULT_KEYS.capOn,
  floorMs: DEFAULT_KEYS.floor,
  maxRetries: DEFAULT_KEYS.max,
  retryInitial: DEFAULT_KEYS.retryInitial,
  reset: DEFAULT_KEYS.reset,
  retryAfter: DEFAULT_KEYS.retryAfter,
  rules: DEFAULT_KEYS.rules,
};

/** Tries again at once: what a client does whose author did not think of it. */
const NO_BACKOFF: BackoffPolicy = {
  ...DEFAULT_POLICY,
  growth: { kind: 'fixed', delayMs: 0 },
  jitter: { kind: 'none' },
  capMs: Infinity,
};

function startOf(name: string | undefined): NamedBackoff {
  const preset = name === undefined ? undefined : PRESETS[name];
  if (preset !== undefined) return { name: name ?? 'custom', ...preset };
  return { name: name ?? 'custom', policy: name === undefined ? DEFAULT_POLICY : NO_BACKOFF, connectTimeoutMs: null };
}

function compose(keys: BackoffKeys, growth: Growth): NamedBackoff {
  const { name, policy: start, connectTimeoutMs } = startOf(keys.preset);
  const { first: startFirst, ...rest } = start;
  const first = keys.first === undefined ? startFirst : keys.first;
  const policy: BackoffPolicy = {
    ...rest,
    ...(first ? { first } : {}),
    growth,
    jitter: keys.jitter ?? start.jitter,
    jitterDrawn: keys.jitterDrawn ?? start.jitterDrawn,
    capMs: keys.cap ?? start.capMs,
    capOn: keys.capOn ?? start.capOn,
    floorMs: keys.floor ?? start.floorMs,
    maxRetries: keys.max ?? start.maxRetries,
    retryInitial: keys.retryInitial ?? start.retryInitial,
    reset: keys.reset ?? start.reset,
    retryAfter: keys.retryAfter ?? start.retryAfter,
    rules: keys.rules ?? start.rules,
  };
  const unchanged = isDeepStrictEqual({ ...policy, rules: [] }, { ...start, rules: [] });
  return { name: unchanged ? name : 'custom', policy, connectTimeoutMs };
}

const GROWTH_KEYS = ['base', 'factor', 'step', 'delays', 'then'] as const;

type GrowthKey = (typeof GROWTH_KEYS)[number];

/** Which of the keys each growth listens to. */
const HEEDED: Readonly<Record<Growth['kind'], readonly GrowthKey[]>> = {
  fixed: ['base'],
  linear: ['base', 'step'],
  exponential: ['base', 'factor'],
  table: ['delays', 'then'],
};

/** The growth of `start`, changed by the keys; of another kind, if they say so. */
function composeGrowth(keys: BackoffKeys, start: Growth): Growth | Rejection {
  const kind = keys.growth ?? start.kind;
  const stray = GROWTH_KEYS.find((key) => keys[key] !== undefined && !HEEDED[kind].includes(key));
  if (stray !== undefined) {
    const kinds = Object.entries(HEEDED).filter(([, heeded]) => heeded.includes(stray));
    const right = `it belongs to growth ${kinds.map(([name]) => name).join(', ')}; remove it, or change growth`;
    return refusal(`has no meaning with growth ${kind} — ${right}`, [stray]);
  }
  const base = keys.base ?? baseOf(start) ?? DEFAULT_KEYS.base;
  switch (kind) {
    case 'fixed':
      return { kind, delayMs: base };
    case 'linear':
      return { kind, baseMs: base, stepMs: keys.step ?? (start.kind === kind ? start.stepMs : DEFAULT_KEYS.step) };
    case 'exponential':
      return { kind, baseMs: base, factor: keys.factor ?? (start.kind === kind ? start.factor : DEFAULT_KEYS.factor) };
    case 'table': {
      const delaysMs = keys.delays ?? (start.kind === kind ? start.delaysMs : undefined);
      if (delaysMs === undefined)
        return reject('', undefined, 'growth table needs its delays, such as [0s, 2s, 10s]', ['delays']);
      return { kind, delaysMs, then: keys.then ?? (start.kind === kind ? start.then : DEFAULT_KEYS.then) };
    }
  }
}

function baseOf(growth: Growth): number | undefined {
  if (growth.kind === 'table') return undefined;
  return growth.kind === 'fixed' ? growth.delayMs : growth.baseMs;
}
