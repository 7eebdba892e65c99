import { z } from 'zod';

/** The fields of a threshold's evaluation, which a summary and each run of many seeds hold. */
export const evaluationSchema = z.object({
  expression: z.string(),
  /** null: no data, or not known yet */
  value: z.number().nullable(),
  /** the value without squall's own lateness; null: that is not known */
  intended: z.number().nullable().default(null),
  /** null: no data, or open; neither is a pass */
  ok: z.boolean().nullable(),
  /** the value with its unit, for people */
  text: z.string(),
  /** why a threshold with data is not decided, and the number of clients with which this machine would have decided it */
  open: z
    .object({ why: z.enum(['generator', 'missed', 'lost', 'bounds']), clients: z.number().min(0).nullable() })
    .nullable()
    .default(null),
});
