import { fill, holesOf, inHeader, inUrl, type HoleValues, type Template } from '../../core/template/template.ts';
import type { Carrier } from '../../core/token/carrier.ts';
import { DEFLATE_OFFER } from './deflate-terms.ts';
import type { Endpoint } from '../network/endpoint.ts';
import { USER_AGENT } from '../http/user-agent.ts';

/**
 * What a scenario says about its upgrade requests, bound to the environment. Plain data, which is sent to workers in memory
 * only: values of the environment are secrets.
 */
export interface UpgradePlan {
  readonly headers: readonly Header[];
  /** path and query with holes; null: those of the endpoint */
  readonly path: Template | null;
  readonly subprotocols: readonly string[];
  /** whether permessage-deflate is offered */
  readonly deflate: boolean;
}

export interface Header {
  readonly name: string;
  readonly value: Template;
}

/** The plan of a target without settings of its own. */
export const PLAIN_UPGRADE: UpgradePlan = { headers: [], path: null, subprotocols: [], deflate: false };

/** What the upgrade requests of a run have in common, prepared so that a dial only adds what is the client's own. */
export interface UpgradeForm {
  readonly carrier: Carrier;
  /** subprotocols of which the server may select one; the token's own entry is none */
  readonly protocols: readonly string[];
  /** header lines that are the same in all requests, each with its line end */
  readonly lines: string;
  /** headers that differ by client */
  readonly personal: readonly Header[];
  readonly path: Template | null;
  /** whether permessage-deflate is offered */
  readonly deflate: boolean;
}

/**
 * Prepares the upgrade requests of a run.
 *
 * @param required subprotocols that the protocol needs, offered before all others
 * @param presents whether the protocol presents the token in a further one
 * @example upgradeForm({ kind: 'header' }, PLAIN_UPGRADE)
 */
export function upgradeForm(
  carrier: Carrier,
  plan: UpgradePlan = PLAIN_UPGRADE,
  required: readonly string[] = [],
  presents = false,
): UpgradeForm {
  const own = carrier.kind === 'subprotocol' ? [carrier.protocol] : [];
  const protocols = [...new Set([...required, ...own, ...plan.subprotocols])];
  const named = plan.headers.some(({ name }) => name.toLowerCase() === 'user-agent');
  const lines = named ? [] : [`User-Agent: ${USER_AGENT}`];
  for (const { name, value } of plan.headers.filter(isFixed)) lines.push(`${name}: ${fill(value, NO_VALUES)}`);
  if (plan.deflate) lines.push(`Sec-WebSocket-Extensions: ${DEFLATE_OFFER}`);
  // A token in a subprotocol stands last in the same line, so the line is the client's own.
  if (protocols.length > 0 && carrier.kind !== 'subprotocol' && !presents)
    lines.push(`Sec-WebSocket-Protocol: ${protocols.join(', ')}`);
  return {
    carrier,
    protocols,
    lines: lines.map((line) => `${line}\r\n`).join(''),
    personal: plan.headers.filter((header) => !isFixed(header)),
    path: plan.path,
    deflate: plan.deflate,
  };
}

/** Path and query of a client's dial. */
export function dialPath({ path }: UpgradeForm, endpoint: Endpoint, holes: HoleValues): string {
  return path === null || endpoint.ownPath === true ? endpoint.path : fill(path, holes, inUrl);
}

/** Writes the headers that differ by client, each with its line end. */
export function personalLines({ personal }: UpgradeForm, holes: HoleValues): string {
  let lines = '';
  for (const { name, value } of personal) lines += `${name}: ${fill(value, holes, inHeader)}\r\n`;
  return lines;
}

function isFixed({ value }: Header): boolean {
  return holesOf(value).length === 0;
}

const NO_VALUES: HoleValues = { client: 0 };
