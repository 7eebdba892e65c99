import type { Fault } from './fault.ts';

/**
 * Who carries a fault out: the embedded target, where it really happens; the worker that holds the clients; or the
 * coordinator. `null`: nobody can, towards a target of this kind.
 */
export type Executor = 'target' | 'clients' | 'coordinator' | null;

export function executorOf(fault: Fault, target: 'embedded' | 'url'): Executor {
  switch (fault.kind) {
    case 'refresh':
    case 'handshake':
    case 'drop':
      // A foreign target does not know of it: its clients are treated as if it had happened.
      return target === 'embedded' ? 'target' : 'clients';
    case 'link':
      return 'clients';
    case 'clock':
      if (fault.of === 'clients') return 'clients';
      return target === 'embedded' ? 'target' : null;
    case 'keys':
    case 'session':
      return target === 'embedded' ? 'target' : null;
    case 'gateway':
      return target === 'embedded' ? 'coordinator' : null;
    case 'exec':
    case 'toxiproxy':
      return 'coordinator';
  }
}

/** Does a worker that holds clients have to know of it? Clients whose session ends know when, to say how long it took. */
export function concernsClients(fault: Fault, target: 'embedded' | 'url'): boolean {
  return fault.kind === 'session' || executorOf(fault, target) === 'clients';
}
