import type { Plan } from './plan.ts';

/** A plan for tests that are not about it: once, at the start, for good, on everybody. */
export const AT_ONCE: Plan = {
  atMs: 0,
  forMs: 0,
  spreadMs: 0,
  repeat: null,
  share: 1,
  cohort: null,
  atLeast: 1,
};
