import {
  type Alias,
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  visit,
  type YAMLError,
} from 'yaml';
import { MAX_DEPTH, MAX_NODES } from './limits.ts';
import { showValue } from '../core/text/show-value.ts';
import { type Place, type Problem, showPath, showPlace } from './problem.ts';
import type { Path } from '../core/codec/reject.ts';
import { type Entry, FORBIDDEN_KEYS, type Mapping, type Scalar, type Tree } from './tree.ts';

/** A text to read: the naming of its places (line and column from 1), and the message for an empty text. */
export interface YamlSource {
  readonly at: (line: number, column: number) => Place;
  readonly empty: string;
  /** conditions for quoting the content of a file; undefined for a text of the user's own */
  readonly belongs?: Belonging;
}

/** A file without any of the `keys` is not quoted: a mistaken path may lead to a secret. */
interface Belonging {
  readonly keys: ReadonlySet<string>;
  /** the message for a file without any of them */
  readonly foreign: string;
}

/** Keys that identify a scenario; `name` and the like occur in many files. */
const SCENARIO_KEYS = [
  'extends',
  'duration',
  'target',
  'tokens',
  'clients',
  'faults',
  'thresholds',
  'generator',
  'expect',
] as const;

export const A_SCENARIO: Belonging = {
  keys: new Set(SCENARIO_KEYS),
  foreign: `no scenario: it has none of the keys ${SCENARIO_KEYS.join(', ')} — name a scenario file`,
};

export const A_MODEL: Belonging = {
  keys: new Set(['model']),
  foreign: 'no model: it has no key `model` — write `model:`, and below it keys such as latency',
};

type Complain = (offset: number, message: string) => void;

/** Reads one YAML 1.2 document. Returns the tree, or undefined with the reasons added to `problems`. */
export function readYaml(text: string, source: YamlSource, problems: Problem[]): Tree | undefined {
  const lines = new LineCounter();
  const locate = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return source.at(Math.max(line, 1), Math.max(col, 1));
  };
  const known = problems.length;
  const complain: Complain = (offset, message) => {
    problems.push({ place: locate(offset), path: '', message });
  };
  const tokens = readTokens(text, lines, complain);
  const document = tokens && composeOne(tokens, source, complain);
  if (document === undefined) return undefined;
  const tree = new TreeBuilder(document, locate, problems).build();
  return problems.length === known ? tree : undefined;
}

/**
 * The syntax, without recursion. Composing it takes a call for each level of nesting, and thousands of them exhaust the
 * stack, which V8 answers with an abort if a regular expression is the last straw; so the depth is bounded here.
 */
function readTokens(text: string, lines: LineCounter, complain: Complain): CST.Token[] | undefined {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > MAX_DEPTH + STACKED_BESIDES) {
      complain(parser.offset, `nested more than ${MAX_DEPTH} levels deep — a scenario needs far fewer`);
      return undefined;
    }
  }
  return [...tokens, ...parser.end()];
}

/** The document at the bottom of the parser's stack, and a scalar on top. */
const STACKED_BESIDES = 2;

function composeOne(
  tokens: readonly CST.Token[],
  { empty, belongs }: YamlSource,
  complain: Complain,
): Document.Parsed | undefined {
  // Duplicate keys are found while building the tree: the composer's own search takes quadratic time.
  const composer = new Composer({ uniqueKeys: false, version: '1.2' });
  const [first, second] = Array.from(composer.compose(tokens));
  if (first === undefined || isBlank(first)) {
    complain(0, empty);
    return undefined;
  }
  if (second !== undefined) {
    complain(second.range[0], 'a second YAML document — one file holds one scenario; remove it from the `---` on');
    return undefined;
  }
  const faults = [...first.errors, ...first.warnings];
  const quotable = belongs === undefined || isAnyOf(belongs.keys, first);
  // A tab shifts everything after it, so only the first one is reported.
  const tab = faults.findIndex(({ code }) => code === 'TAB_AS_INDENT');
  for (const fault of tab === -1 ? faults : faults.slice(0, tab + 1)) {
    complain(fault.pos[0], `not valid YAML — ${quotable ? wordsOf(fault) : withoutQuotation(fault)}`);
  }
  if (faults.length > 0) return undefined;
  if (!quotable) complain(0, belongs.foreign);
  return quotable ? first : undefined;
}

function isAnyOf(keys: ReadonlySet<string>, { contents }: Document.Parsed): boolean {
  return isMap(contents) && contents.items.some(({ key }) => keys.has(keyOf(key) ?? ''));
}

/** The message without the text that the library quotes at the end. */
function withoutQuotation({ code, message }: Pick<YAMLError, 'code' | 'message'>): string {
  const plain: Partial<Record<YAMLError['code'], string>> = {
    TAG_RESOLVE_FAILED: 'an unknown tag',
    BAD_COLLECTION_TYPE: 'a tag of another type',
    BAD_DIRECTIVE: 'an unknown directive',
    BAD_DQ_ESCAPE: 'an invalid escape sequence',
  };
  return plain[code] ?? wordsOf({ code, message }).replace(/(?<=\w): .*$/s, '');
}

function wordsOf({ code, message }: Pick<YAMLError, 'code' | 'message'>): string {
  return code === 'TAB_AS_INDENT' ? TAB : message;
}

const TAB = 'a tab as indentation, which YAML does not know; write spaces, here and in the lines that follow';

/** A document of `---` and comments alone. */
function isBlank({ contents, errors }: Document.Parsed): boolean {
  return (
    errors.length === 0 &&
    (contents === null || (isScalar(contents) && contents.value === null && contents.source === ''))
  );
}

/** Turns the parser's nodes into a tree, expanding aliases within a budget. */
class TreeBuilder {
  readonly #document: Document.Parsed;
  readonly #targets: ReadonlyMap<Alias, Node>;
  readonly #locate: (offset: number) => Place;
  readonly #problems: Problem[];
  #nodes = 0;

  constructor(document: Document.Parsed, locate: (offset: number) => Place, problems: Problem[]) {
    this.#document = document;
    this.#targets = targetsOf(document);
    this.#locate = locate;
    this.#problems = problems;
  }

  build(): Tree {
    return this.#tree(this.#document.contents, [], this.#locate(0));
  }

  #tree(node: unknown, path: Path, parent: Place): Tree {
    const place = this.#placeOf(node) ?? parent;
    if (path.length > MAX_DEPTH) {
      return this.#refuse(place, path, `nested more than ${MAX_DEPTH} levels deep — a scenario needs far fewer`);
    }
    this.#nodes += 1;
    if (this.#nodes > MAX_NODES) {
      if (this.#nodes === MAX_NODES + 1) {
        this.#refuse(place, path, `more than ${MAX_NODES} values once its aliases are expanded — write less`);
      }
      return { place, value: null };
    }
    if (isAlias(node)) return this.#expand(node, path, place);
    if (isMap(node)) return { place, value: this.#mapping(node.items, path, place) };
    if (isSeq(node))
      return { place, value: node.items.map((item, index) => this.#tree(item, [...path, index], place)) };
    if (!isScalar(node)) return { place, value: null };
    const [start, end] = node.range ?? [0, 0];
    const verbatim = node.type === 'PLAIN' && node.source?.length === end - start;
    return { place, value: scalar(node.value), verbatim };
  }

  #expand(alias: Alias, path: Path, place: Place): Tree {
    const target = this.#targets.get(alias);
    const name = alias.source;
    if (target === undefined)
      return this.#refuse(place, path, `an alias without an anchor (*${name}) — write &${name} before it`);
    // Problems of an aliased value are reported at the alias, which is the place to fix.
    return { place, value: this.#tree(target, path, place).value };
  }

  #mapping(pairs: readonly Pair[], path: Path, place: Place): Mapping {
    const mapping: Mapping = new Map<string, Entry>();
    for (const pair of pairs) {
      const keyPlace = this.#placeOf(pair.key) ?? place;
      const key = keyOf(pair.key);
      if (key === undefined || FORBIDDEN_KEYS.has(key)) {
        this.#refuse(keyPlace, path, `not usable as a key${key === undefined ? '' : ` (${key})`} — write a plain word`);
        continue;
      }
      const earlier = mapping.get(key);
      if (earlier !== undefined) {
        this.#refuse(
          keyPlace,
          [...path, key],
          `a second time (first at ${showPlace(earlier.keyPlace)}) — keep one of them`,
        );
        continue;
      }
      mapping.set(key, { keyPlace, node: this.#tree(pair.value, [...path, key], keyPlace) });
    }
    return mapping;
  }

  #placeOf(node: unknown): Place | undefined {
    const range = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range : undefined;
    return range ? this.#locate(range[0]) : undefined;
  }

  #refuse(place: Place, path: Path, message: string): Tree {
    this.#problems.push({ place, path: showPath(path), message });
    return { place, value: null };
  }
}

/** The text of a key, since YAML reads keys such as `4403` as numbers. */
function keyOf(node: unknown): string | undefined {
  const value = isScalar(node) ? node.value : undefined;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

/** The target of each alias: the last earlier node with its anchor. One pass finds all; `alias.resolve` takes one each. */
function targetsOf(document: Document.Parsed): ReadonlyMap<Alias, Node> {
  const anchored = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Alias(_, alias) {
      const target = anchored.get(alias.source);
      if (target !== undefined) targets.set(alias, target);
    },
    Value(_, node) {
      if (node.anchor !== undefined) anchored.set(node.anchor, node);
    },
  });
  return targets;
}

/** A scalar of the core schema (string, number, boolean, null). Other tagged values become text and are refused later. */
function scalar(value: unknown): Scalar {
  const simple = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null;
  return simple ? value : showValue(value);
}
