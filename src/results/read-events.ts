import { z } from 'zod';
import { ISSUE_KINDS, type RunEvent } from '../metrics/run.ts';
import { FILES } from './files.ts';
import { readLines } from './read-text.ts';
import { foreignJson } from './foreign.ts';

const eventSchema = z.object({
  atMs: z.number(),
  kind: z.enum([
    'phase',
    'fault-begin',
    'fault-end',
    'warning',
    'target-died',
    'target-restarted',
    'aborted',
    'interrupted',
  ]),
  message: z.string(),
  fault: z.int().exactOptional(),
  issue: z.enum(ISSUE_KINDS).exactOptional(),
});

/** The events of a run in written order. */
export function readEvents(dir: string, warnings: string[]): readonly RunEvent[] {
  const lines = readLines(dir, 'events', warnings);
  const events = lines.map(parsed).filter((event) => event !== null);
  const damaged = lines.length - events.length;
  if (damaged > 0) warnings.push(`${FILES.events}: ${damaged} damaged lines are left out`);
  return events;
}

function parsed(line: string): RunEvent | null {
  return foreignJson(eventSchema, line);
}
