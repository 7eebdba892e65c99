import type { Environment } from '../core/template/environment.ts';
import {
  asIs,
  fill,
  holesOf,
  inHeader,
  inJson,
  inUrl,
  type Escape,
  type HoleValues,
  type Template,
} from '../core/template/template.ts';
import type { HttpRequest } from '../protocols/dial-step.ts';
import type { CsrfRequestPlan, TokenRequestPlan } from '../scenario/schema/token-request.ts';
import { originOf } from '../scenario/schema/url-template.ts';
import { assertionFields, basicHeader, bodyFields, type ClientAuth } from './client-auth.ts';

/** A request of a token source, ready to be filled for one client after another. Plain data. */
export interface RequestTemplate {
  readonly method: HttpRequest['method'];
  /** scheme, host and port */
  readonly origin: string;
  /** path and query */
  readonly path: Template;
  readonly headers: readonly NamedTemplate[];
  /** URL and headers of every request, where no client fills them; null: one does */
  readonly fixedUrl: string | null;
  readonly fixedHeaders: HttpRequest['headers'] | null;
  readonly body: Template | null;
  readonly bodyKind: keyof typeof ESCAPES;
  /** client_id of the application whose signed assertion is added to the body; null: none is */
  readonly asserts: string | null;
  /** names of the cookies that it needs */
  readonly cookies: readonly string[];
  /** whether it sends a refresh token */
  readonly refreshes: boolean;
}

export interface NamedTemplate {
  /** in lower case */
  readonly name: string;
  readonly value: Template;
}

/** What a scenario says of a request whose URL is known. */
export type RequestPlan = Omit<TokenRequestPlan, 'answer' | 'url'> & CsrfRequestPlan;

/** How values are written into each kind of body. */
const ESCAPES = { form: inUrl, json: inJson, text: asIs, none: asIs } as const satisfies Record<string, Escape>;

const CONTENT_TYPES: Readonly<Record<RequestTemplate['bodyKind'], string | null>> = {
  form: 'application/x-www-form-urlencoded',
  json: 'application/json',
  text: 'text/plain',
  none: null,
};

/**
 * Makes a request ready: puts the environment and the client's own authentication into it.
 *
 * @param client null: the application is not authenticated
 * @param path dotted path of the request in its scenario
 */
export function requestTemplate(
  plan: RequestPlan | CsrfRequestPlan,
  client: ClientAuth | null,
  environment: Environment,
  path: string,
): RequestTemplate {
  const request: RequestPlan = 'method' in plan ? plan : { method: 'GET', form: null, json: null, text: null, ...plan };
  const { body, kind } = bodyOf(request, client, environment, path);
  const given = Object.entries(request.headers).map(([name, value]) => ({
    name: name.toLowerCase(),
    value: encodedLiterals(environment.bind(value, `${path}.headers.${name}`, inHeader), inHeader),
  }));
  const type = CONTENT_TYPES[kind];
  const usual = [
    ...(type === null ? [] : [fixed('content-type', type)]),
    fixed('accept', 'application/json'),
    ...(client?.kind === 'basic' ? [fixed('authorization', basicHeader(client.id, client.secret))] : []),
  ];
  const headers = [...usual.filter(({ name }) => !given.some((each) => each.name === name)), ...given];
  const target = pathOf(environment.bind(request.url, `${path}.url`, inUrl));
  const origin = originOf(request.url);
  const holes = [target, body, ...headers.map(({ value }) => value)].flatMap((each) =>
    each === null ? [] : holesOf(each),
  );
  const cookies = holes.flatMap((hole) => (hole.kind === 'cookie' ? [hole.name] : []));
  return {
    method: request.method,
    origin,
    path: target,
    headers,
    fixedUrl: holesOf(target).length === 0 ? origin + fill(target, NO_VALUES, inUrl) : null,
    fixedHeaders: headers.every(({ value }) => holesOf(value).length === 0) ? filledHeaders(headers, NO_VALUES) : null,
    body,
    bodyKind: kind,
    asserts: client?.kind === 'private-key-jwt' ? client.id : null,
    cookies: [...new Set(cookies)],
    refreshes: holes.some((hole) => hole.kind === 'refresh'),
  };
}

/** Fills the request of one client. */
export function buildRequest(template: RequestTemplate, values: HoleValues, assertion?: string): HttpRequest {
  const url = template.fixedUrl ?? template.origin + fill(template.path, values, inUrl);
  const headers = template.fixedHeaders ?? filledHeaders(template.headers, values);
  let body = template.body === null ? null : fill(template.body, values, ESCAPES[template.bodyKind]);
  if (assertion !== undefined) body = withAssertion(template.bodyKind, body ?? '', assertionFields(assertion));
  return { method: template.method, url, headers, body };
}

const NO_VALUES: HoleValues = { client: 0 };

function filledHeaders(headers: RequestTemplate['headers'], values: HoleValues): HttpRequest['headers'] {
  const filled: Record<string, string> = {};
  for (const { name, value } of headers) filled[name] = fill(value, values, inHeader);
  return filled;
}

interface Body {
  readonly body: Template | null;
  readonly kind: RequestTemplate['bodyKind'];
}

function bodyOf(plan: RequestPlan, client: ClientAuth | null, environment: Environment, path: string): Body {
  const added = client === null ? {} : bodyFields(client);
  if (plan.text !== null) return { body: environment.bind(plan.text, `${path}.text`), kind: 'text' };
  if (plan.json !== null) {
    const body = environment.bind(withFields(plan.json, added), `${path}.json`, inJson);
    return { body, kind: 'json' };
  }
  const fields = plan.form ?? {};
  const own = Object.entries(added).filter(([name]) => !Object.hasOwn(fields, name));
  if (plan.form === null && (plan.method === 'GET' || (own.length === 0 && client?.kind !== 'private-key-jwt')))
    return { body: null, kind: 'none' };
  const given = Object.entries(fields).map(([name, value]) => ({
    name,
    value: encodedLiterals(environment.bind(value, `${path}.form.${name}`, asIs), inUrl),
  }));
  const all = [...given, ...own.map(([name, value]) => ({ name, value: encodedLiterals(literal(value), inUrl) }))];
  return { body: joinedFields(all), kind: 'form' };
}

/** The JSON of a mapping with further fields, which those that it has itself take precedence over. */
function withFields(json: Template, added: Readonly<Record<string, string>>): Template {
  const own: unknown = JSON.parse(json.text);
  if (typeof own !== 'object' || own === null || Array.isArray(own)) return json;
  const missing = Object.entries(added).filter(([name]) => !Object.hasOwn(own, name));
  if (missing.length === 0) return json;
  const text = missing.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',');
  const [first, ...rest] = json.slots;
  const begins = first?.kind === 'text' ? first.text.slice(1) : '';
  const separator = Object.keys(own).length === 0 ? '' : ',';
  return { text: json.text, slots: [{ kind: 'text', text: `{${text}${separator}${begins}` }, ...rest] };
}

/** `name=value&name=value`, as one template. */
function joinedFields(fields: readonly NamedTemplate[]): Template {
  const slots = fields.flatMap(({ name, value }, index) => [
    ...literal(`${index === 0 ? '' : '&'}${inUrl(name)}=`).slots,
    ...value.slots,
  ]);
  return { text: '', slots: merged(slots) };
}

/** A template whose own text is encoded as its values will be. */
function encodedLiterals({ text, slots }: Template, escape: Escape): Template {
  return {
    text,
    slots: slots.map((slot) => (slot.kind === 'text' ? { kind: 'text', text: escape(slot.text) } : slot)),
  };
}

/** The same slots with neighbouring texts in one. */
function merged(slots: Template['slots']): Template['slots'] {
  const all: Template['slots'][number][] = [];
  for (const slot of slots) {
    const last = all.at(-1);
    if (slot.kind === 'text' && last?.kind === 'text')
      all[all.length - 1] = { kind: 'text', text: last.text + slot.text };
    else all.push(slot);
  }
  return all;
}

/** Path and query of a URL, encoded where a URL must be. */
function pathOf({ text, slots }: Template): Template {
  const [first, ...rest] = slots;
  const url = first?.kind === 'text' ? first.text.replace(/^[a-z]+:\/\/[^/?#]*/i, '') : '';
  const path = url.startsWith('/') ? url : `/${url}`;
  return {
    text,
    slots: merged([{ kind: 'text', text: path }, ...rest]).map((slot) =>
      slot.kind === 'text'
        ? { kind: 'text', text: slot.text.replaceAll(/[^\x21-\x7e]+/gu, (run) => inUrl(run)) }
        : slot,
    ),
  };
}

function fixed(name: string, value: string): NamedTemplate {
  return { name, value: literal(value) };
}

function literal(text: string): Template {
  return { text, slots: text === '' ? [] : [{ kind: 'text', text }] };
}

function withAssertion(
  kind: RequestTemplate['bodyKind'],
  body: string,
  fields: Readonly<Record<string, string>>,
): string {
  if (kind === 'json') {
    const members = JSON.stringify(fields).slice(1);
    // The mapping has client_id at least.
    return `${body.slice(0, -1)},${members}`;
  }
  const form = Object.entries(fields).map(([name, value]) => `${name}=${inUrl(value)}`);
  return [...(body === '' ? [] : [body]), ...form].join('&');
}
