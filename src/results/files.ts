/** Files of a results folder. All but the last three are written before or during the run. */
export const FILES = {
  /** the resolved scenario with its seed: `squall run` repeats the run from it */
  scenario: 'scenario.yaml',
  /** the prediction of `run --predict` */
  prediction: 'prediction.json',
  /** one line a second: totals so far, and the bins of the curves that changed since the line before */
  timeline: 'timeline.ndjson',
  /** one histogram per timing and second */
  histograms: 'histograms.hlog',
  /** faults, phases, warnings */
  events: 'events.ndjson',
  /** the embedded target's record of every command effect */
  effects: 'effects.bin',
  /** the same record, when it is incomplete */
  brokenEffects: 'effects.incomplete.bin',
  /** the embedded gateway's log of upgrade requests, if the scenario asks for it; a raw log contains tokens */
  accessLog: 'gateway.log',
  /** fingerprints of the clients' tokens for `squall leaks`; no token itself */
  tokens: 'tokens.fp',
  /** for many seeds, instead of the files of one run: the plan, then a line for each finished run */
  seeds: 'seeds.ndjson',
  /** for several settings, instead of the summary: the comparison */
  comparison: 'comparison.json',
  /** for many values of one field: the tuning */
  tuning: 'tuning.json',
  /** verdict and figures; present only if the run was finished */
  summary: 'summary.json',
  /** the text report */
  report: 'report.txt',
  /** the HTML report, one self-contained page */
  page: 'report.html',
} as const;
