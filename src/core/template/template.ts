/**
 * Text with holes, as a scenario writes frames, headers, paths and request bodies. `{name}` is a hole, `{{name}}` stands
 * for the text `{name}`. Every other brace is text, so that JSON can be written as it is: none of its objects looks like
 * `{name}`.
 *
 * Plain data, so that it can be sent to a worker.
 */
export interface Template {
  /** the text as written */
  readonly text: string;
  readonly slots: readonly Slot[];
}

/** One part of a template. `user`, `env` and `cookie` are `{user.email}`, `{env.API_KEY}`, `{cookie.csrf}`. */
export type Slot =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: SimpleHole }
  | { readonly kind: NamedHole; readonly name: string };

/**
 * Holes without a name of their own: `client` is the client's number, `seq` its command's number from 0, `id` both as
 * `client-seq`, which is unique in the run; `token` the access token, `refresh` the refresh token.
 */
export type SimpleHole = 'client' | 'seq' | 'id' | 'token' | 'refresh';
export type NamedHole = 'user' | 'env' | 'cookie';
export type HoleKind = SimpleHole | NamedHole;

/** Values for the holes of one client. A hole whose value is missing becomes empty text; checks report it earlier. */
export interface HoleValues {
  readonly client: number;
  readonly seq?: number;
  readonly token?: string;
  readonly refresh?: string;
  readonly user?: Row;
  readonly env?: Row;
  readonly cookie?: Row;
}

/** Texts by name: a user's columns, the environment, a cookie jar. */
export type Row = Readonly<Record<string, string>>;

/** How a value is written at its place: in a JSON string, in a URL or form, or as it is. */
export type Escape = (value: string) => string;

const SLOT = /\{\{([A-Za-z_][\w.-]*)\}\}|\{([A-Za-z_][\w.-]*)\}/g;
const SIMPLE: ReadonlySet<string> = new Set<SimpleHole>(['client', 'seq', 'id', 'token', 'refresh']);
const NAMED: ReadonlySet<string> = new Set<NamedHole>(['user', 'env', 'cookie']);

/**
 * Reads a template.
 *
 * @returns the template, or the name of the first hole that does not exist
 * @example readTemplate('{"id":"{id}","raw":"{{id}}"}') // slots: text, id, text `","raw":"{id}"}`
 */
export function readTemplate(text: string): Template | { readonly unknownHole: string } {
  const slots: Slot[] = [];
  let literal = '';
  let from = 0;
  for (const match of text.matchAll(SLOT)) {
    const [whole, escaped, hole] = match;
    literal += text.slice(from, match.index);
    from = match.index + whole.length;
    if (hole === undefined) {
      literal += `{${escaped}}`;
      continue;
    }
    const slot = slotOf(hole);
    if (slot === null) return { unknownHole: hole };
    if (literal !== '') slots.push({ kind: 'text', text: literal });
    literal = '';
    slots.push(slot);
  }
  literal += text.slice(from);
  if (literal !== '') slots.push({ kind: 'text', text: literal });
  return { text, slots };
}

function slotOf(hole: string): Slot | null {
  if (isSimple(hole)) return { kind: hole };
  const dot = hole.indexOf('.');
  const kind = hole.slice(0, dot);
  return dot > 0 && dot < hole.length - 1 && isNamed(kind) ? { kind, name: hole.slice(dot + 1) } : null;
}

function isSimple(hole: string): hole is SimpleHole {
  return SIMPLE.has(hole);
}

function isNamed(kind: string): kind is NamedHole {
  return NAMED.has(kind);
}

/**
 * Makes a template of its slots; its text is what `readTemplate` reads into them.
 *
 * @example templateOf([{ kind: 'text', text: '{a}-' }, { kind: 'client' }]).text // '{{a}}-{client}'
 */
export function templateOf(slots: readonly Slot[]): Template {
  const text = slots
    .map((slot) => (slot.kind === 'text' ? slot.text.replaceAll(HOLE_TEXT, '{$&}') : showHole(slot)))
    .join('');
  return { text, slots };
}

/** Text that would be read as a hole. */
const HOLE_TEXT = /\{[A-Za-z_][\w.-]*\}/g;

/** Writes a hole as in a template: `{user.email}`. */
export function showHole(slot: Exclude<Slot, { kind: 'text' }>): string {
  return 'name' in slot ? `{${slot.kind}.${slot.name}}` : `{${slot.kind}}`;
}

/** The holes of a template, in their order. */
export function holesOf({ slots }: Template): readonly Exclude<Slot, { kind: 'text' }>[] {
  return slots.filter((slot) => slot.kind !== 'text');
}

/**
 * Fills the holes of a template. Only values are escaped, never the template's own text.
 *
 * @example fill(template, { client: 7, seq: 1 }, inJson)
 */
export function fill({ slots }: Template, values: HoleValues, escape: Escape = asIs): string {
  let text = '';
  for (const slot of slots) text += slot.kind === 'text' ? slot.text : escape(valueOf(slot, values));
  return text;
}

function valueOf(slot: Exclude<Slot, { kind: 'text' }>, values: HoleValues): string {
  switch (slot.kind) {
    case 'client':
      return String(values.client);
    case 'seq':
      return String(values.seq ?? 0);
    case 'id':
      return `${values.client}-${values.seq ?? 0}`;
    case 'token':
      return values.token ?? '';
    case 'refresh':
      return values.refresh ?? '';
    default:
      return ownText(values[slot.kind], slot.name);
  }
}

function ownText(row: Row | undefined, name: string): string {
  return row !== undefined && Object.hasOwn(row, name) ? (row[name] ?? '') : '';
}

/**
 * Puts the environment's values into a template for good, so that no other process needs the environment.
 *
 * @param env value of a variable; undefined: it is not set
 * @returns the template, or the name of a variable that is not set
 */
export function withEnvironment(
  template: Template,
  env: (name: string) => string | undefined,
  escape: Escape = asIs,
): Template | { readonly unset: string } {
  const slots: Slot[] = [];
  for (const slot of template.slots) {
    if (slot.kind !== 'env') {
      slots.push(slot);
      continue;
    }
    const value = env(slot.name);
    if (value === undefined) return { unset: slot.name };
    slots.push({ kind: 'text', text: escape(value) });
  }
  return { text: template.text, slots };
}

/** A value as it is. */
export const asIs: Escape = (value) => value;

/** A value within the quotes of a JSON string. */
export const inJson: Escape = (value) => JSON.stringify(value).slice(1, -1);

/** A value in a URL's path or query, or in a form (RFC 3986 section 2.1). */
export const inUrl: Escape = (value) => {
  try {
    return encodeURIComponent(value);
  } catch {
    // Half of a surrogate pair has no encoding; any value may hold one, since JSON can spell it.
    return encodeURIComponent(value.replaceAll(LONE_SURROGATE, '\uFFFD'));
  }
};

/**
 * A value in a header: what is not visible ASCII is percent-encoded, so that no value can begin another header or lose half of
 * a character (RFC 9110 section 5.5).
 */
export const inHeader: Escape = (value) =>
  NO_HEADER_TEXT.test(value) ? value.replaceAll(/[^\x20-\x7e]+/gu, (run) => inUrl(run)) : value;

const NO_HEADER_TEXT = /[^\x20-\x7e]/;
const LONE_SURROGATE = /\p{Cs}/gu;
