/** What callers of the library can tell errors apart by. A code keeps its meaning from version to version. */
export type ErrorCode =
  | 'scenario-invalid'
  | 'expression-invalid'
  /** the target or a fault is not allowed, this machine cannot hold the run, or nobody answered */
  | 'not-allowed'
  | 'does-not-fit'
  | 'no-answer'
  /** a protocol of the user's own threw, did not return, or returned what its contract does not allow */
  | 'protocol-failed'
  | 'folder-unusable'
  | 'baseline-unusable';

/** An error that its reader can act on: the message names the place, the value and the fix. Any other error is a defect. */
export abstract class SquallError extends Error {
  abstract readonly code: ErrorCode;
}
