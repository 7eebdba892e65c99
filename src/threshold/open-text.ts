import type { Open } from './evaluate.ts';

/** Why a threshold is open, and with how many clients this machine would have decided it, in words. */
export function openText({ why, clients }: Open): string {
  if (why === 'missed') return 'the clients that were missed could have changed the outcome';
  if (why === 'bounds') return 'the run itself leaves the outcome open';
  if (why === 'lost') return 'the unknown clients could have changed the outcome';
  const fit = clients === null ? '' : `, and this machine would have decided it with about ${clients} clients`;
  return `squall's own lateness leaves the outcome open${fit}`;
}
