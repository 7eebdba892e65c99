import { createRequire } from 'node:module';
import type * as undici from 'undici';

const load = createRequire(import.meta.url);

/** undici, loaded at its first use: most runs need none of it, and it is a fifth of what a worker loads when it starts. */
// oxlint-disable-next-line typescript/no-unsafe-return -- the types of the package are those of what is loaded
export const loadUndici = (): typeof undici => load('undici');
