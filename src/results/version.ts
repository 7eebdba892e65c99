import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The version of squall that is running, from its package.json, which lies two folders above in `src` and `dist` alike. */
export const VERSION: string = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))).version;
