import { calibrate } from './calibrate.ts';
import { doctor } from './doctor.ts';
import { init } from './init.ts';
import { mint } from './mint.ts';
import { report } from './report.ts';
import { run } from './run.ts';
import { serve } from './serve.ts';
import { simulate } from './simulate.ts';
import { validate } from './validate.ts';
import type { Verb } from './verb.ts';

/** Every verb, in the order in which --help lists them. */
export const VERBS: readonly Verb[] = [run, simulate, calibrate, report, validate, init, serve, mint, doctor];
