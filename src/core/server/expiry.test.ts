import { expect, it } from 'vitest';
import { expiryStepAt, noticeIsNext, type OnExpiry } from './expiry.ts';

const NOTIFY: OnExpiry = { kind: 'notify', graceMs: 100 };

it.each<{ onExpiry: OnExpiry; warned: boolean; at: number; notice: boolean }>([
  { onExpiry: { kind: 'close' }, warned: false, at: 1000, notice: false },
  { onExpiry: { kind: 'ignore' }, warned: false, at: Infinity, notice: false },
  { onExpiry: NOTIFY, warned: false, at: 900, notice: true },
  { onExpiry: NOTIFY, warned: true, at: 1000, notice: false },
])(
  '$onExpiry.kind, warned: $warned: the next step is at $at, a notice: $notice',
  ({ onExpiry, warned, at, notice }) => {
    expect(expiryStepAt(onExpiry, 1000, warned)).toBe(at);
    expect(noticeIsNext(onExpiry, warned)).toBe(notice);
  },
);
