/** What a results folder holds. All but the last two are there before the run, or written while it goes on. */
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
  /** verdict and figures; its presence says that the run was brought to an end */
  summary: 'summary.json',
  /** the same for people */
  report: 'report.txt',
} as const;
