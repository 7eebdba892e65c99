import type { Environment } from '../core/template/environment.ts';
import type { Template } from '../core/template/template.ts';
import type { TokenEndpointPlan } from '../scenario/schema/token-endpoint.ts';
import type { TokenRequestPlan } from '../scenario/schema/token-request.ts';
import { answerTemplate, type AnswerTemplate } from './answer-template.ts';
import { clientAuth } from './client-auth.ts';
import { requestTemplate, type RequestTemplate } from './request-template.ts';
import { ticketTemplate, type TicketTemplate } from './ticket-answer.ts';

/** A request for tokens and how its answer is read. */
export interface TokenStep {
  readonly request: RequestTemplate;
  readonly answer: AnswerTemplate;
}

/** A service that issues tokens, ready for use: the environment's values are in it. Plain data, and secret. */
export interface ReadyEndpoint {
  readonly login: TokenStep | null;
  readonly refresh: TokenStep | null;
  readonly ticket: { readonly request: RequestTemplate; readonly answer: TicketTemplate } | null;
  readonly csrf: RequestTemplate | null;
  readonly cookies: boolean;
  readonly flight: TokenEndpointPlan['flight'];
}

/** What a discovery document says (OpenID Connect Discovery 1.0 section 3). */
export interface Discovered {
  readonly issuer: string;
  readonly tokenUrl: string;
  /** methods of client authentication; the default is client_secret_basic */
  readonly authMethods: readonly string[];
}

/** Dotted path of an endpoint in a scenario. */
const PATH = 'tokens.source.endpoint';

/**
 * Makes an endpoint ready for use.
 *
 * @param discovered null: the plan names no issuer
 */
export function readyEndpoint(
  plan: TokenEndpointPlan,
  environment: Environment,
  discovered: Discovered | null = null,
): ReadyEndpoint {
  const { ticket, csrf, cookies, flight } = plan;
  const client =
    plan.client === null
      ? null
      : clientAuth(plan.client, environment, discovered?.authMethods ?? null, `${PATH}.client`);
  const tokenStep = (request: TokenRequestPlan | null, path: string): TokenStep | null => {
    if (request === null) return null;
    const url = request.url ?? literalUrl(discovered?.tokenUrl ?? null);
    return {
      request: requestTemplate({ ...request, url }, client, environment, path),
      answer: answerTemplate(request.answer),
    };
  };
  return {
    login: tokenStep(plan.login, `${PATH}.login`),
    refresh: tokenStep(plan.refresh, `${PATH}.refresh`),
    ticket:
      ticket === null
        ? null
        : {
            request: requestTemplate(ticket, null, environment, `${PATH}.ticket`),
            answer: ticketTemplate(ticket.answer),
          },
    csrf: csrf === null ? null : requestTemplate(csrf, null, environment, `${PATH}.csrf`),
    cookies,
    flight,
  };
}

/** A discovered URL, in which nothing is a hole. */
function literalUrl(url: string | null): Template {
  if (url === null) throw new TypeError('a request without a URL needs discovery');
  return { text: url, slots: [{ kind: 'text', text: url }] };
}
