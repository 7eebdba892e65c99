/** One line of the dialogue between a client, its target and its token source. */
export interface DialogueLine {
  /** time from the probe's start, ms */
  readonly atMs: number;
  /** who speaks; `squall`: what the client makes of it */
  readonly by: 'client' | 'server' | 'squall';
  /** `token`, `dial`, `upgrade`, `frame`, `ping`, `end` */
  readonly what: string;
  /** one line without control characters and secrets */
  readonly text: string;
}

/** How far the first contact had come: no socket, an open one, one on which the token was presented, a ready one. */
export type Stage = 'opening' | 'open' | 'authenticating' | 'ready';

/** Something that a target was seen to do, or not to do, in a first contact. */
export interface ContactClue {
  /** `silence`: what `what` names was not answered */
  readonly kind: 'end' | 'frame' | 'token' | 'ticket' | 'gone' | 'silence';
  readonly what: string;
  readonly text: string;
  readonly stage: Stage;
}

/** One thing that a scenario asks of its target, and whether it works. */
export interface ContactStep {
  readonly name: string;
  /** `missed`: the probe ended before it; `not asked for`: the scenario or the command line does not need it */
  readonly state: 'works' | 'failed' | 'missed' | 'not asked for';
  /** a few words; may be empty */
  readonly detail: string;
}

/** What one client of a scenario met at its target. */
export interface Contact {
  /** number of the client in the population */
  readonly client: number;
  readonly lines: readonly DialogueLine[];
  /** number of lines beyond those that were kept */
  readonly more: number;
  readonly steps: readonly ContactStep[];
  readonly clues: readonly ContactClue[];
  /** whether the client became ready */
  readonly ready: boolean;
}
