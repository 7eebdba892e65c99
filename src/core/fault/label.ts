import type { Fault } from './fault.ts';
import type { StatusAnswer } from './retry-after.ts';

/** What a fault does, in a few words: `refresh 503`, `drop 1012`, `clock +30s`. */
export function faultLabel(fault: Fault): string {
  return `${fault.kind} ${detail(fault)}`;
}

function detail(fault: Fault): string {
  switch (fault.kind) {
    case 'refresh':
    case 'handshake': {
      const { mode } = fault;
      if (mode.kind === 'status') return statusText(mode);
      return mode.kind === 'kick' ? `kick ${mode.code}` : mode.kind;
    }
    case 'drop':
      return fault.mode.kind === 'close' ? String(fault.mode.code) : fault.mode.kind;
    case 'link':
    case 'gateway':
      return fault.mode.kind;
    case 'clock':
      return `${fault.of === 'clients' ? '' : `${fault.of} `}${errorText(fault.offsetMs, fault.driftPerMs)}`;
    case 'keys':
    case 'session':
      return fault.mode;
    case 'exec':
      return fault.command.at(-1) ?? '';
    case 'toxiproxy':
      return `${fault.toxic.type} on ${fault.proxy}`;
  }
}

function statusText({ status, retryAfter }: StatusAnswer): string {
  return retryAfter === null ? String(status) : `${status} retry-after ${retryAfter.seconds}s`;
}

function errorText(offsetMs: number, driftPerMs: number): string {
  const parts = [
    ...(offsetMs === 0 ? [] : [`${signed(offsetMs / 1000)}s`]),
    ...(driftPerMs === 0 ? [] : [`${signed(driftPerMs * 1000)}ms/s`]),
  ];
  return parts.join(' ');
}

function signed(n: number): string {
  return n < 0 ? `${n}` : `+${n}`;
}
