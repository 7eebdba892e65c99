/** Longest word that is compared, in characters: the distance costs the product of both lengths. */
const MAX_WORD_CHARS = 60;

/** Shortest word that counts as the beginning of another, in characters. */
const LEAST_BEGINNING_CHARS = 4;

/**
 * Finds the candidate with the fewest edits to `word`, if it is near enough to be a typo; of equals the first. A candidate
 * of which one begins like the other goes before one of several edits: `socketio` means `socket.io-client`, not `sockette`.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > MAX_WORD_CHARS) return undefined;
  let best: string | undefined;
  let bestEdits = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const edits = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (edits < bestEdits) {
      best = candidate;
      bestEdits = edits;
    }
  }
  if (best !== undefined && bestEdits <= 1) return best;
  return candidates.find((candidate) => beginAlike(lettersOf(word), lettersOf(candidate))) ?? best;
}

/** Drops everything but letters and digits, because people forget how a name is punctuated. */
function lettersOf(word: string): string {
  return word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function beginAlike(a: string, b: string): boolean {
  if (Math.min(a.length, b.length) < LEAST_BEGINNING_CHARS) return false;
  return a.startsWith(b) || b.startsWith(a);
}

/** Counts insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) edits = Math.min(edits, (before[j - 2] ?? 0) + 1);
      next.push(edits);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
