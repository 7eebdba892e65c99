import type { AbortNotice } from '../abort.ts';
import { setCookiesOf, type HttpAnswer } from '../../identity/http-answer.ts';
import { ticketStep } from '../../identity/ticket-step.ts';
import type { DialStep, HttpRequest } from '../../protocols/dial-step.ts';
import type { CookieJars } from '../http/cookie-jars.ts';
import { HttpRequests } from '../http/http-requests.ts';
import type { HttpFailure } from '../http/http-service.ts';
import type { TokenEndpoint } from './token-endpoint.ts';

/** The clients' way to the service that issues tickets, a request before each dial. */
export interface TicketRequests {
  readonly step: DialStep;
  /** @param number number of the client in the whole population */
  send(number: number, request: HttpRequest, abort: AbortNotice): Promise<HttpAnswer | HttpFailure>;
}

/** @returns null: the scenario has no tickets */
export function ticketRequests(endpoint: TokenEndpoint | null, jars: CookieJars): TicketRequests | null {
  if (endpoint === null || endpoint.steps.ticket === null) return null;
  const http = new HttpRequests(endpoint.services, { pooled: false, tls: endpoint.tls });
  return {
    step: ticketStep(endpoint.steps.ticket, (number) => jars.of(number)?.row),
    async send(number, request, abort) {
      const jar = jars.of(number);
      const answer = await http.send(request, jar?.header ?? '', abort);
      if (jar !== null && 'status' in answer) jar.keep(setCookiesOf(answer, Date.now()));
      return answer;
    },
  };
}
