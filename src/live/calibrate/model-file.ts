import type { Carrier } from '../../core/token/carrier.ts';
import type { Calibration } from './calibrate.ts';
import { serviceMs, tripsOf, unloadedHandshakeMs } from './latency.ts';
import type { Finding } from './ramp.ts';
import { findingText, rate, time } from './words.ts';

/** What a model file says of itself beside the figures. */
export interface ModelFileFacts {
  readonly measuredAt: Date;
  /** version of squall */
  readonly squall: string;
  /** what was measured, in words, without a line break */
  readonly target: string;
  readonly carrier: Carrier;
}

const COLUMNS = 110;

/**
 * A calibration as a file that a scenario includes by name (`model: model.yaml`), with comments that say how sure each
 * figure is. What was not measured is left out, and so left to the scenario.
 */
export function modelFile(calibration: Calibration, facts: ModelFileFacts): string {
  const { handshakes, latencyMs, refreshes } = calibration;
  const { measuredAt, squall, target, carrier } = facts;
  const refreshing = refreshes === null ? 'not measured: no token endpoint was asked' : findingText(refreshes);
  const comments = [
    `Measured by squall ${squall} on ${measuredAt.toISOString()}: ${target}. A scenario includes it as model: FILE.`,
    `handshakes: ${findingText(handshakes)}`,
    `refreshes: ${refreshing}`,
    `latency: ${latencyText(calibration, carrier)}`,
    'Not measured, and left to the scenario: queue, refreshQueue, connections, service, loss.',
  ];
  const keys = [
    'gateways: 1 # all that answer at this address, taken as one',
    ...rateLine('handshakes', handshakes),
    ...rateLine('refreshes', refreshes),
    ...(latencyMs === null ? [] : [`latency: ${Number(latencyMs.toFixed(3))}ms # one way`]),
  ];
  return [...comments.flatMap(commented), 'model:', ...keys.map((key) => `  ${key}`), ''].join('\n');
}

function rateLine(key: string, finding: Finding | null): readonly string[] {
  if (finding === null || finding.perSecond === null) return [];
  return [`${key}: ${rate(finding.perSecond)}${finding.end === 'knee' ? '' : ' # at least'}`];
}

function latencyText({ handshakes, latencyMs }: Calibration, carrier: Carrier): string {
  if (latencyMs === null) return 'not measured';
  const service = serviceMs(handshakes);
  const less = service === null ? 'whose service time is not known' : `less ${time(service)} of service`;
  const bound = service === null ? 'at most ' : '';
  return (
    `${bound}${time(latencyMs)} one way: the least median handshake of a step, ` +
    `${time(unloadedHandshakeMs(handshakes))}, ${less}, in ${tripsOf(carrier)} trips`
  );
}

/** One remark as comment lines of at most COLUMNS characters, broken at spaces. */
function commented(remark: string): readonly string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of remark.split(' ')) {
    if (line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = '#  ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
