import type { Fault } from '../../../core/fault/fault.ts';
import { MAX_FAULTS } from '../../limits.ts';
import type { Printed } from '../../object.ts';
import { z } from 'zod';
import { scalar } from '../../../core/codec/codec.ts';
import { list } from '../../../core/codec/object.ts';
import { Rejection } from '../../../core/codec/reject.ts';
import { formatIssues } from '../../format-issues.ts';
import { taggedUnion } from '../../object.ts';
import { clock, printClock } from './clock.ts';
import { drop, printDrop } from './drop.ts';
import { exec, printExec } from './exec.ts';
import { gateway, printGateway } from './gateway.ts';
import { handshake, printHandshake } from './handshake.ts';
import { keys, printKeys } from './keys.ts';
import { link, printLink } from './link.ts';
import { printRefresh, refresh } from './refresh.ts';
import { printSession, session } from './session.ts';
import { printToxiproxy, toxiproxy } from './toxiproxy.ts';

/** Any fault; which one it is, its own key says. */
export const fault = taggedUnion({ refresh, handshake, drop, link, clock, keys, session, gateway, exec, toxiproxy });

const bridged = scalar<Fault>(
  (input) => {
    const { data, error } = fault.safeParse(input);
    return data ?? new Rejection(formatIssues(error?.issues ?? [], input));
  },
  printFault,
  z.toJSONSchema(fault, {
    target: 'draft-2020-12',
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => delete jsonSchema.$schema,
  }),
);

export const faults = list(bridged, { max: MAX_FAULTS });

/** The inverse of the validator. */
export function printFault(printed: Fault): Printed {
  switch (printed.kind) {
    case 'refresh':
      return printRefresh(printed);
    case 'handshake':
      return printHandshake(printed);
    case 'drop':
      return printDrop(printed);
    case 'link':
      return printLink(printed);
    case 'clock':
      return printClock(printed);
    case 'keys':
      return printKeys(printed);
    case 'session':
      return printSession(printed);
    case 'gateway':
      return printGateway(printed);
    case 'exec':
      return printExec(printed);
    case 'toxiproxy':
      return printToxiproxy(printed);
  }
}
