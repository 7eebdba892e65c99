import type { ConditionalContradiction } from '../fault/spec.ts';
import type { Template } from '../template/template.ts';
import { hasHole } from '../template/template-text.ts';
import type { ProtocolUse } from './spec.ts';

/** The contradiction of commands none of whose templates has an id. */
export function unidentified(
  templates: Template | readonly Template[],
  commands: boolean,
  at: string,
): ConditionalContradiction {
  return {
    holds: commands && ![templates].flat().some(identifies),
    at,
    against: 'clients.commands',
    what: 'a command has no id, so that duplicates cannot be recognised',
    fix: 'write it with {id}',
  };
}

/** The contradiction of a token in a message that no message takes along. */
export function untaken(holds: boolean, at: string, fix: string, to = 'the server'): ConditionalContradiction {
  return { holds, at, against: 'tokens.carrier', what: `nothing takes the token to ${to}`, fix };
}

/** The contradiction of a renewal in band where the protocol has none. @param why what the protocol lacks, as a sentence */
export function unrenewable(renewal: ProtocolUse['renewal'], at: string, why: string): ConditionalContradiction {
  return {
    holds: renewal === 'in-band',
    at,
    against: 'tokens.renewal',
    what: why,
    fix: 'set tokens.renewal to reconnect',
  };
}

function identifies(template: Template): boolean {
  return hasHole(template, 'id') || (hasHole(template, 'client') && hasHole(template, 'seq'));
}
