import type { Verb } from './terminal/verb.ts';

/** Every verb, in the order of --help. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  run: async () => (await import('./run.ts')).run,
  simulate: async () => (await import('./simulate.ts')).simulate,
  probe: async () => (await import('./probe.ts')).probe,
  compare: async () => (await import('./compare.ts')).compare,
  tune: async () => (await import('./tune.ts')).tune,
  calibrate: async () => (await import('./calibrate.ts')).calibrate,
  report: async () => (await import('./report.ts')).report,
  worker: async () => (await import('./worker.ts')).worker,
  merge: async () => (await import('./merge.ts')).merge,
  leaks: async () => (await import('./leaks.ts')).leaks,
  validate: async () => (await import('./validate.ts')).validate,
  scenarios: async () => (await import('./list-scenarios.ts')).scenarios,
  init: async () => (await import('./init.ts')).init,
  serve: async () => (await import('./serve.ts')).serve,
  mint: async () => (await import('./mint.ts')).mint,
  k8s: async () => (await import('./k8s.ts')).k8s,
  doctor: async () => (await import('./doctor.ts')).doctor,
  completion: async () => (await import('./completion.ts')).completion,
};

/**
 * Loads the verb that begins a command line, or all verbs if none does, as for --help. One verb alone loads fewer
 * libraries: a simulation needs neither sockets nor signatures.
 */
export async function loadVerbs([word = '']: readonly string[]): Promise<readonly Verb[]> {
  const load = Object.hasOwn(VERBS, word) ? VERBS[word] : undefined;
  return load === undefined ? Promise.all(Object.values(VERBS).map((each) => each())) : [await load()];
}
