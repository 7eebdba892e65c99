import { MAX_TOKEN_CHARS } from './alphabet.ts';
import { BLOCK_CHARS } from './blocks.ts';
import type { Finding } from './finding.ts';
import type { Fingerprints } from './fingerprints.ts';
import { jwtsIn } from './jwt-shape.ts';
import { findingOf, standing, type Sighting } from './sighting.ts';
import { UnwrappedText } from './unwrapped-text.ts';
import { Windows } from './windows.ts';

/** Characters for which a finding is kept: a JWT is found late, begins before its first dot, and may overlap a token. */
const KEPT_CHARS = 3 * MAX_TOKEN_CHARS;

/** A finding with its range; positions count from the beginning of the text. */
interface Found {
  readonly from: number;
  readonly to: number;
  readonly finding: Finding;
}

/**
 * Finds tokens in one text of any length, which arrives in pieces. At each position the next 16 characters are looked up
 * among the blocks of the runs' tokens, as rsync looks for blocks of a file.
 */
export class TextScanner {
  readonly #runs: readonly Fingerprints[];
  readonly #onFinding: (finding: Finding) => void;
  readonly #text = new UnwrappedText();
  readonly #windows = new Windows();
  /** open sightings of each run, by token and start */
  readonly #sightings: readonly Map<string, Sighting>[];
  /** recent findings, kept to report them in order and not to find them again as a JWT */
  #found: Found[] = [];
  /** start of the next window */
  #windowsTo = 0;
  /** end of the range in which first dots of JWTs have been checked */
  #dotsTo = 0;

  constructor(runs: readonly Fingerprints[], onFinding: (finding: Finding) => void) {
    this.#runs = runs;
    this.#onFinding = onFinding;
    this.#sightings = runs.map(() => new Map<string, Sighting>());
  }

  take(bytes: Uint8Array): void {
    this.#text.take(bytes, () => this.#look(false));
  }

  end(): void {
    this.#text.end();
    this.#look(true);
  }

  #look(ended: boolean): void {
    const { dropped, length } = this.#text;
    const end = dropped + length;
    this.#windows.each(this.#text.chars, this.#windowsTo - dropped, length, (blocks, starts) =>
      this.#match(blocks, starts),
    );
    this.#windowsTo = Math.max(this.#windowsTo, end - BLOCK_CHARS + 1);
    this.#conclude(ended ? Infinity : this.#windowsTo);
    // A JWT is checked when all of it is in view.
    const dotsTo = ended ? end : Math.max(this.#dotsTo, end - MAX_TOKEN_CHARS);
    for (const { start, end: jwtEnd, ids } of jwtsIn(this.#text, this.#dotsTo - dropped, dotsTo - dropped)) {
      const chars = jwtEnd - start;
      const finding = { owner: null, ids, foundChars: chars, chars, ...standing(this.#text, start, jwtEnd) };
      this.#keep({ from: start + dropped, to: jwtEnd + dropped, finding });
    }
    this.#dotsTo = dotsTo;
    this.#tell(ended ? Infinity : end - KEPT_CHARS);
  }

  #match(blocks: Uint8Array, starts: Uint32Array): void {
    for (const [run, fingerprints] of this.#runs.entries()) {
      const digests = fingerprints.digester.digest(blocks);
      for (let n = 0; n < starts.length; n++) {
        const block = fingerprints.find(digests.getUint32(n * BLOCK_CHARS), digests.getUint32(n * BLOCK_CHARS + 4));
        if (block !== -1) this.#sight(run, block, starts[n]! + this.#text.dropped);
      }
    }
  }

  #sight(run: number, block: number, at: number): void {
    const fingerprints = this.#runs[run]!;
    const sightings = this.#sightings[run]!;
    const start = at - fingerprints.startOf(block);
    const key = `${fingerprints.tokenOf(block)} ${start}`;
    const sighting = sightings.get(key);
    if (sighting === undefined) {
      const token = fingerprints.tokens[fingerprints.tokenOf(block)]!;
      sightings.set(key, { token, start, first: at, last: at, blocks: 1 });
    } else {
      sighting.last = at;
      sighting.blocks += 1;
    }
  }

  /** Closes the sightings whose tokens would end before `to`. */
  #conclude(to: number): void {
    for (const sightings of this.#sightings) {
      for (const [key, sighting] of sightings) {
        if (sighting.start + sighting.token.chars > to) continue;
        sightings.delete(key);
        const { first, last } = sighting;
        this.#keep({ from: first, to: last + BLOCK_CHARS, finding: findingOf(sighting, this.#text) });
      }
    }
  }

  /** Whether a JWT overlaps a token of a run that was found already, which is then the same token. */
  #keep(found: Found): void {
    const overlaps = ({ from, to }: { from: number; to: number }): boolean => from < found.to && found.from < to;
    if (this.#found.some((other) => other.finding.owner !== null && overlaps(other))) return;
    const isJwt = found.finding.owner === null;
    const open = this.#sightings.flatMap((sightings) => [...sightings.values()]);
    if (isJwt && open.some(({ first, last }) => overlaps({ from: first, to: last + BLOCK_CHARS }))) return;
    this.#found.push(found);
  }

  /** Reports the findings that begin before `to`, in order. */
  #tell(to: number): void {
    const due = this.#found.filter(({ from }) => from < to).toSorted((a, b) => a.from - b.from);
    this.#found = this.#found.filter(({ from }) => from >= to);
    for (const { finding } of due) this.#onFinding(finding);
  }
}
