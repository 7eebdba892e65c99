import type { Fault } from './fault.ts';
import { specOf } from './specs.ts';

/** Names a fault in a few words: `refresh 503`, `drop 1012`, `clock +30s`. */
export function faultLabel(fault: Fault): string {
  return `${fault.kind} ${specOf(fault.kind).label(fault)}`;
}
