import { checkBackoffs } from './backoff.ts';
import type { Check } from './check.ts';
import { checkCommands } from './commands.ts';
import { checkExpectation } from './expectation.ts';
import { checkIdentity } from './identity.ts';
import { checkTarget } from './target.ts';
import { checkFaults } from './faults.ts';
import { checkTiming } from './timing.ts';

export const CHECKS: readonly Check[] = [
  checkTiming,
  checkTarget,
  checkIdentity,
  checkFaults,
  checkBackoffs,
  checkCommands,
  checkExpectation,
];
