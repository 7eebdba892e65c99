import { z } from 'zod';
import type { DropFault, Fault, RefreshFault } from '../../core/fault/fault.ts';
import { DEFAULTS } from '../defaults.ts';
import { count, duration, leaf, share, word } from '../leaf.ts';
import { MAX_CLOSE_REASON_BYTES, MAX_FAULTS, MAX_RUN_MS } from '../limits.ts';
import { list, section } from '../section.ts';
import { readDuration, SIGNED_DURATION_PATTERN } from '../units/duration.ts';
import { wrong } from '../wrong.ts';

const D = DEFAULTS.fault;

const planned = {
  at: duration({ maxMs: MAX_RUN_MS }).describe('from the start of the run'),
  share: share().prefault(D.share).describe('of the clients, drawn from the seed'),
};

const refreshMode = z.union([
  word(['refuse', 'hang'], 'or a mapping such as { status: 503 }').transform((mode): RefreshFault['mode'] => mode),
  section({ status: count({ min: 400, max: 599 }).describe('the HTTP status to answer with') }).transform(
    (mode): RefreshFault['mode'] => mode,
  ),
]);

/** RFC 6455 section 7.4.1: 1005, 1006 and 1015 never travel, and below 3000 only these are assigned. */
const SENDABLE_BELOW_3000: ReadonlySet<unknown> = new Set([
  1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
]);

const closeCode = leaf<number>(
  (input) => {
    const right = 'write a code that a server may send: 1000-1003, 1007-1014 or 3000-4999';
    if (typeof input !== 'number' || !Number.isInteger(input)) return wrong('not a close code', input, right);
    const sendable = SENDABLE_BELOW_3000.has(input) || (input >= 3000 && input <= 4999);
    return sendable ? input : wrong('no code that can be sent', input, right);
  },
  { anyOf: [{ enum: [...SENDABLE_BELOW_3000] }, { type: 'integer', minimum: 3000, maximum: 4999 }], examples: [1012] },
);

const closeReason = leaf<string>(
  (input) => {
    const right = `write text of at most ${MAX_CLOSE_REASON_BYTES} bytes`;
    if (typeof input !== 'string') return wrong('not text', input, right);
    if (/[\p{Cc}\p{Cs}]/u.test(input)) return wrong('not plain text', input, right);
    return Buffer.byteLength(input) > MAX_CLOSE_REASON_BYTES
      ? wrong('too long for a close frame', input, right)
      : input;
  },
  { type: 'string', maxLength: MAX_CLOSE_REASON_BYTES },
);

const dropMode = z.union([
  word(['reset'], 'or a mapping such as { code: 1012 }').transform((mode): DropFault['mode'] => mode),
  section({
    code: closeCode.describe('the close code that the gateway sends'),
    reason: closeReason.prefault(D.reason).describe('the close reason that it sends'),
  }).transform((mode): DropFault['mode'] => mode),
]);

const offset = leaf<number>(
  (input) => {
    const ms = readDuration(input, { signed: true });
    return ms === 0 ? wrong('no jump at all', input, 'write how far the clocks jump, such as 30s or -30s') : ms;
  },
  { type: 'string', pattern: SIGNED_DURATION_PATTERN, examples: ['30s'] },
);

const fault = z.union([
  section({
    ...planned,
    for: duration({ zero: false, maxMs: MAX_RUN_MS }).describe('how long the token endpoint misbehaves'),
    refresh: refreshMode.describe('the token endpoint answers with a status, refuses connections, or never answers'),
  }).transform((keys): Fault => ({
    kind: 'refresh',
    atMs: keys.at,
    share: keys.share,
    forMs: keys.for,
    mode: keys.refresh,
  })),
  section({
    ...planned,
    spread: duration({ maxMs: MAX_RUN_MS }).prefault(D.spread).describe('the hits are spread evenly over this time'),
    drop: dropMode.describe('the gateway closes connections with a code, or resets them'),
  }).transform((keys): Fault => ({
    kind: 'drop',
    atMs: keys.at,
    share: keys.share,
    spreadMs: keys.spread,
    mode: keys.drop,
  })),
  section({ ...planned, clock: offset.describe("the clients' clocks jump by this") }).transform((keys): Fault => ({
    kind: 'clock',
    atMs: keys.at,
    share: keys.share,
    offsetMs: keys.clock,
  })),
]);

export const faults = list(fault, MAX_FAULTS);
