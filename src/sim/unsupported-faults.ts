import type { Fault } from '../core/fault/fault.ts';

/** Why a fault has no meaning in virtual time, and is left out; null when it has one. */
export function whyUnsupported(fault: Fault): string | null {
  switch (fault.kind) {
    case 'exec':
      return 'a command takes place in real time';
    case 'toxiproxy':
      return 'there are no real connections for a proxy to spoil';
    case 'link':
      if (fault.mode.kind === 'bandwidth') return 'modelled messages have no size';
      return fault.mode.kind === 'reorder' ? 'nothing in the model depends on the order of messages' : null;
    default:
      return null;
  }
}
