import type { SelfSustaining, Storm } from './storm.ts';

/** One plain sentence for people. */
export function describe(storm: Storm): string {
  const rise = `At ${seconds(storm.startMs)} ${count(storm.lost, 'connection was', 'connections were')} lost`;
  const peak = `reconnects peaked at ${round(storm.peakPerSecond)}/s, ${round(storm.spikeFactor)} times the calm rate`;
  return `${rise}; ${peak}; ${recovery(storm)}${amplification(storm)}${aftermath(storm)}.`;
}

function recovery({ t50Ms, t95Ms, t100Ms, lost, recovered, ended }: Storm): string {
  if (lost === 0) return 'they were clients that had never been ready';
  if (t100Ms !== null) return `all were back after ${seconds(t100Ms)}`;
  if (t95Ms !== null) return `95 % were back after ${seconds(t95Ms)}, but not all by the end`;
  if (t50Ms !== null) return `half were back after ${seconds(t50Ms)}, but less than 95 % by the end`;
  const when = ended ? 'when it ended' : 'when the run ended';
  return recovered === 0 ? `nobody was back ${when}` : `less than half were back ${when}`;
}

function amplification({ attemptsPerRecovery }: Storm): string {
  return attemptsPerRecovery === null
    ? ''
    : `, at ${round(attemptsPerRecovery)} ${attemptsPerRecovery === 1 ? 'attempt' : 'attempts'} a recovery`;
}

function aftermath({ ended, outlivedCause, selfSustaining, lost }: Storm): string {
  if (selfSustaining !== null) return `. ${sustained(selfSustaining, lost)}`;
  if (outlivedCause && !ended) return '; it outlived its cause and was still on when the run ended';
  if (outlivedCause) return '; it outlived its cause';
  return ended ? '' : '; it was still on when the run ended';
}

const CAUSES = { fault: 'the fault ended', losses: 'the last loss' } as const;

function sustained(storm: SelfSustaining, lost: number): string {
  const { afterMs, after, attemptsPerSecond, capacityPerSecond } = storm;
  const rate =
    capacityPerSecond === null
      ? `${round(attemptsPerSecond)}/s`
      : `${round(attemptsPerSecond / capacityPerSecond)}x capacity`;
  const since = `${(afterMs / 1000).toFixed(0)} s after ${CAUSES[after]}`;
  return `It is self-sustaining: attempts stay at ${rate} ${since}${prospect(storm, lost)}`;
}

function prospect({ drainsBelow }: SelfSustaining, lost: number): string {
  if (drainsBelow === null) return '';
  const few = `fewer than ${drainsBelow} lost connections`;
  return lost < drainsBelow ? `, although storms of ${few} drain in the end` : `; a storm of ${few} would have drained`;
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function round(n: number): string {
  return n >= 100 ? n.toFixed(0) : n.toFixed(1).replace(/\.0$/, '');
}
