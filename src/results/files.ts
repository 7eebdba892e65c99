/** What a results folder holds. All but the last three are there before the run, or written while it goes on. */
export const FILES = {
  /** the resolved scenario with its seed: `squall run` repeats the run from it */
  scenario: 'scenario.yaml',
  /** what a simulation made of the scenario before the run, for `run --predict` */
  prediction: 'prediction.json',
  /** one line a second: totals so far, and the bins of the curves that changed since the line before */
  timeline: 'timeline.ndjson',
  /** one histogram per timing and second */
  histograms: 'histograms.hlog',
  /** faults, phases, warnings */
  events: 'events.ndjson',
  /** the embedded target's record of every command effect */
  effects: 'effects.bin',
  /** the same, where it does not tell all */
  brokenEffects: 'effects.incomplete.bin',
  /** the embedded gateway's log of upgrade requests, where the scenario asks for one; where it asks for it raw, with tokens */
  accessLog: 'gateway.log',
  /** what identifies the tokens that clients held, and none of them: for `squall leaks` */
  tokens: 'tokens.fp',
  /** of many seeds, in place of the files of one run: what was planned, then a line for each that is done */
  seeds: 'seeds.ndjson',
  /** of several settings, in place of the summary of one run: how they compare */
  comparison: 'comparison.json',
  /** of many values of one field: which of them to take */
  tuning: 'tuning.json',
  /** verdict and figures; its presence says that the run was brought to an end */
  summary: 'summary.json',
  /** the same for people */
  report: 'report.txt',
  /** the same with pictures, as a page that stands alone */
  page: 'report.html',
} as const;
