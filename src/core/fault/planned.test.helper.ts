import type { Plan } from './plan.ts';

/** A plan for tests of other things: once, at the start, to the end of the run, on all clients. */
export const AT_ONCE: Plan = {
  atMs: 0,
  forMs: 0,
  spreadMs: 0,
  repeat: null,
  share: 1,
  cohort: null,
  atLeast: 1,
};
