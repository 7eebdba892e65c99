import { type Finding, Rejection } from './reject.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Refuses a value with a message; `path` leads to the part at fault. */
export type Refuse = (message: string, path?: Finding['path']) => void;

/** How one type of value is read from a scenario file, printed into one, and described to an editor. */
interface Parts<T> {
  readonly read: (input: unknown) => T | Rejection;
  /** prints a value so that it reads back as an equal one; undefined: the key is left out */
  readonly print: (value: T) => unknown;
  readonly schema: JsonSchema;
  /** whether the key may be left out */
  readonly optional?: boolean;
  /** the default as a file would spell it; undefined: none */
  readonly spelledDefault?: unknown;
  /** whether this codec, as one of several choices, prints the value; default: it prints any */
  readonly prints?: ((value: unknown) => boolean) | undefined;
  /** keys of a mapping, as the file has them */
  readonly keys?: Readonly<Record<string, AnyCodec>>;
  /** codec of the items of a list or the values of a table */
  readonly item?: AnyCodec;
  /** the options of a choice */
  readonly options?: readonly AnyCodec[];
  /** the key of the mapping for which this is a short form, which is never printed */
  readonly wordKey?: string;
}

/** A codec of any type, as part of another codec. */
export interface AnyCodec {
  readonly parts: Omit<Parts<never>, 'read'> & { readonly read: (input: unknown) => unknown };
  /** its property in the object around it, if other than the key; `...`: the object has its properties as its own */
  readonly property: string | undefined;
}

/** An intersection as one object, so that compiler messages are short. */
export type Flat<T> = T extends unknown ? { readonly [P in keyof T]: T[P] } : never;

/** The type of the values that a codec reads and prints. */
export type ValueOf<C extends AnyCodec> = Exclude<ReturnType<C['parts']['read']>, Rejection>;

/**
 * A field of a scenario, spelled once. Codecs are values: each method returns another codec.
 *
 * @example
 * const heartbeat = object({
 *   every: duration({ zero: false }).as('everyMs').describe('how often a ready client pings'),
 *   timeout: duration({ zero: false }).as('timeoutMs').default('5s').describe('silence after a ping'),
 * });
 * heartbeat.read({ every: '10s' }); // { everyMs: 10_000, timeoutMs: 5000 }
 * heartbeat.print({ everyMs: 10_000, timeoutMs: 5000 }); // { every: '10s', timeout: '5s' }
 */
export class Codec<T, P extends string | undefined = undefined> implements AnyCodec {
  readonly parts: Parts<T>;
  readonly property: P;

  constructor(parts: Parts<T>, property: P) {
    this.parts = parts;
    this.property = property;
  }

  get read(): (input: unknown) => T | Rejection {
    return this.parts.read;
  }

  get print(): (value: T) => unknown {
    return this.parts.print;
  }

  get schema(): JsonSchema {
    return this.parts.schema;
  }

  /**
   * Reads a value that is spelled in the code.
   *
   * @throws {Error} for a refused value
   */
  parse(input: unknown): T {
    const value = this.read(input);
    if (value instanceof Rejection) throw new Error(value.message);
    return value;
  }

  #with(changed: Partial<Parts<T>>): Codec<T, P> {
    return new Codec({ ...this.parts, ...changed }, this.property);
  }

  describe(description: string): Codec<T, P> {
    return this.#with({ schema: { ...this.schema, description } });
  }

  /** Sets the spelling that an omitted key stands for. */
  default(spelled: unknown): Codec<T, P> {
    return this.#with({
      read: (input) => this.read(input === undefined ? spelled : input),
      schema: { ...this.schema, default: spelled },
      optional: true,
      spelledDefault: spelled,
    });
  }

  /** Makes the key optional. `spelled` is the default that editors show, where another field decides it. */
  optional(spelled?: unknown): Codec<T | undefined, P> {
    const schema = spelled === undefined ? this.schema : { ...this.schema, default: spelled };
    return this.#orAbsent(undefined).#with({ schema, spelledDefault: spelled });
  }

  /** Makes the key optional; its value is then null. */
  orNull(): Codec<T | null, P> {
    return this.#orAbsent(null);
  }

  #orAbsent<A extends null | undefined>(absent: A): Codec<T | A, P> {
    return new Codec<T | A, P>(
      {
        ...this.parts,
        optional: true,
        read: (input) => (input === undefined ? absent : this.read(input)),
        print: (value) => (value === absent ? undefined : this.print(value as T)),
      },
      this.property,
    );
  }

  /** Sets the property of the value in its object, for instance with the unit last. */
  as<const Q extends string>(property: Q): Codec<T, Q> {
    return new Codec(this.parts, property);
  }

  /** Gives the value's properties to the object around it. */
  inline(): Codec<T, '...'> {
    return this.as('...');
  }

  /** Converts the value. `decode` may refuse it; `encode` is its inverse. */
  map<U>(decode: (value: T, refuse: Refuse) => U, encode: (value: U) => T): Codec<U, P> {
    const read = (input: unknown): U | Rejection => {
      const value = this.read(input);
      if (value instanceof Rejection) return value;
      const findings: Finding[] = [];
      const decoded = decode(value, (message, path = []) => findings.push({ path, message, part: 'value' }));
      return findings.length > 0 ? new Rejection(findings) : decoded;
    };
    const print = (value: U): unknown => this.print(encode(value));
    return new Codec<U, P>({ ...this.parts, read, print, prints: undefined }, this.property);
  }

  /** Replaces the JSON Schema. */
  withSchema(schema: JsonSchema): Codec<T, P> {
    return this.#with({ schema });
  }

  /** Changes what is written before it is read. */
  after(prepare: (input: unknown) => unknown): Codec<T, P> {
    return this.#with({ read: (input) => this.read(prepare(input)) });
  }

  /** Adds a check that may refuse a value. */
  refine(check: (value: T, refuse: Refuse) => void): Codec<T, P> {
    const refined = this.map<T>(
      (value, refuse) => {
        check(value, refuse);
        return value;
      },
      (value) => value,
    );
    return refined.#with({ prints: this.parts.prints });
  }

  /** Reads a plain value into an object with one property. */
  wrap<const K extends string>(property: K): Codec<{ readonly [k in K]: T }, P> {
    return this.map(
      (value) => ({ [property]: value }) as { readonly [k in K]: T },
      (object) => object[property],
    );
  }

  /** Adds fixed properties that distinguish the objects from others; the file does not spell them. */
  tagged<const G extends Readonly<Record<string, string>>>(tag: G): Codec<Flat<G & T>, P> {
    return this.map<Flat<G & T>>(
      (value) => ({ ...tag, ...value }) as Flat<G & T>,
      (value) => value,
    ).printsWhen((value) => hasTag(value, tag));
  }

  /** Restricts the values that it prints as one of several choices. */
  printsWhen(holds: (value: T) => boolean): Codec<T, P> {
    const { prints = () => true } = this.parts;
    return this.#with({ prints: (value) => prints(value) && holds(value as T) });
  }
}

/** A codec of a plain value. */
export function scalar<T>(
  read: (input: unknown) => T | Rejection,
  print: (value: T) => unknown,
  schema: JsonSchema,
): Codec<T> {
  return new Codec({ read, print, schema }, undefined);
}

/** The value of a mapping in which every key has the default that editors show. */
export function defaultsOf<T>(mapping: Codec<T>): Required<T> {
  const keys = Object.entries(mapping.parts.keys ?? {});
  const spelled = Object.fromEntries(keys.map(([key, { parts }]) => [key, parts.spelledDefault]));
  return mapping.parse(spelled) as Required<T>;
}

/** Prints a value of a type that the compiler cannot check against the codec. */
export function printWith(codec: AnyCodec, value: unknown): unknown {
  return (codec.parts.print as (value: unknown) => unknown)(value);
}

function hasTag(value: unknown, tag: Readonly<Record<string, string>>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const own = new Map(Object.entries(value));
  return Object.entries(tag).every(([key, word]) => own.get(key) === word);
}
