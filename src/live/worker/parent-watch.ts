/** Longest silence of the parent that the load outlives, ms. The parent speaks once a second. */
const SILENCE_MAX_MS = 7000;
const LOOK_MS = 250;
/** Most of the time between two looks that counts as silence, ms: a process that stood still has heard nobody. */
const COUNTED_MAX_MS = 1000;

/**
 * Watches over a parent that may stand still while this process goes on, so that nobody counts or ends its load.
 *
 * @param end called once when the parent has been silent for too long
 * @returns a function to call when the parent was heard
 */
export function watchParent(end: () => void): () => void {
  let silentMs = 0;
  let lookedMs = performance.now();
  const looking = setInterval(() => {
    const now = performance.now();
    silentMs += Math.min(COUNTED_MAX_MS, now - lookedMs);
    lookedMs = now;
    if (silentMs <= SILENCE_MAX_MS) return;
    clearInterval(looking);
    end();
  }, LOOK_MS);
  looking.unref();
  return () => {
    silentMs = 0;
  };
}
