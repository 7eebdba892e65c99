import type { Scenario } from '../../scenario/scenario.ts';
import { inTokens, type Cause, type Rule } from './cause.ts';

/** The service that issues tickets is away, stalls, refuses the request, or answers without a ticket. */
export const ticketService: Rule = ({ kind, what, text }, scenario) => {
  if (kind !== 'ticket') return null;
  const { where, url } = placeOf(scenario);
  const reach = (cause: string, fix: string): Cause => inTokens(cause, fix, inTicket(`url: ${url}`));
  switch (what) {
    case 'timeout':
      return reach(`${where} does not answer`, 'look why it stalls, or correct host and port');
    case 'refused':
      return reach(`nothing listens at ${where}`, 'start the service, or correct host and port');
    case 'reset':
      return reach(`${where} ends connections without an answer`, 'look why, or correct host and port');
    case 'unreachable':
      return reach(`no route leads to ${where}`, 'check the network, or correct the host');
    case 'HTTP 404':
    case 'HTTP 405':
      return reach(`${where} does not exist at this path (${what})`, 'correct its URL');
    case 'HTTP 401':
    case 'HTTP 403':
      return inTokens(
        `${where} does not accept the token (${what})`,
        'send the token where the service looks for it',
        inTicket("headers: { Authorization: 'Bearer {token}' }"),
      );
    case 'malformed':
      return inTokens(
        `the answer of ${where} has no ticket where it is looked for (${text})`,
        'say where it stands',
        inTicket(`answer: { ticket: ${ticketField(text)} }`),
      );
    default:
      return what.startsWith('HTTP ')
        ? { cause: `${where} refuses the request (${what})`, fix: 'send the request that it expects', yaml: null }
        : null;
  }
};

function inTicket(keys: string): string {
  return `source: { endpoint: { ticket: { ${keys} } } }`;
}

/** The service in words, and its URL without its query, which may hold secrets. */
function placeOf({ tokens }: Scenario): { readonly where: string; readonly url: string } {
  const [url = ''] = (tokens.source.endpoint?.ticket?.url?.text ?? '').split(/[?#]/);
  return url === '' ? { where: 'the ticket service', url: '…' } : { where: `the ticket service ${url}`, url };
}

/** The field of an answer that is most likely the ticket, by the answer's description. */
function ticketField(text: string): string {
  const [, parent = 'it', names = ''] = /([\w.]+) has ([\w., -]+)/.exec(text) ?? [];
  const name = names.split(', ').find((each) => /ticket|token|jwt|key|code/i.test(each)) ?? 'NAME';
  return parent === 'it' ? name : `${parent}.${name}`;
}
