/** Exit codes of `squall`. 70 is EX_SOFTWARE of sysexits(3); 130 is 128 + SIGINT, as in shells. */
export const EXIT = {
  /** thresholds passed, or none were set */ pass: 0,
  /** a threshold failed */ fail: 1,
  /** usage or scenario error: nothing was started */ usage: 2,
  /** generator saturated, a fault missed its clients, or a threshold had no data */ inconclusive: 3,
  /** target not allowed, nobody answered, or this machine cannot hold the run: Node too old, descriptors, memory */ refused: 4,
  /** a defect in squall */ defect: 70,
  /** wound down on request; the results are complete up to then */ interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * The exit code after reports were written: a pass becomes inconclusive when a requested report could not be written.
 */
export function withReports(exitCode: ExitCode, written: boolean): ExitCode {
  return exitCode === EXIT.pass && !written ? EXIT.inconclusive : exitCode;
}
