/** What the exit status of `squall` says. 70 is EX_SOFTWARE of sysexits(3), 130 is 128 + SIGINT as shells have it. */
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

/** A pass that could not be told in every way that was asked for is none; whatever else came out stays what it is. */
export function withReports(exitCode: ExitCode, written: boolean): ExitCode {
  return exitCode === EXIT.pass && !written ? EXIT.inconclusive : exitCode;
}
