import { VERSION } from '../metrics/version.ts';

/**
 * The format number of results folders and baselines. It rises when a name or a meaning changes. An addition does not
 * change it: a reader skips unknown keys, and reads a missing key as null, which means `not recorded`.
 */
export const FORMAT = 5;

/** The first keys of every document. */
export const STAMP = { format: FORMAT, version: VERSION } as const;
