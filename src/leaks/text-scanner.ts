import { MAX_TOKEN_CHARS } from './alphabet.ts';
import { BLOCK_CHARS } from './blocks.ts';
import type { Finding } from './finding.ts';
import type { Fingerprints } from './fingerprints.ts';
import { jwtsIn } from './jwt-shape.ts';
import { findingOf, standing, type Sighting } from './sighting.ts';
import { UnwrappedText } from './unwrapped-text.ts';
import { Windows } from './windows.ts';

/** What was found is kept for so long: a JWT is found late, may begin before its first dot, and overlap with a token before. */
const KEPT_CHARS = 3 * MAX_TOKEN_CHARS;

/** A finding, and what it was made of; positions count from the text's beginning. */
interface Found {
  readonly from: number;
  readonly to: number;
  readonly finding: Finding;
}

/**
 * Looks for tokens in one text of any length, which it is given piece by piece. Every 16 characters are looked up among
 * the blocks of the runs' tokens, at each place, as rsync looks for blocks of a file.
 */
export class TextScanner {
  readonly #runs: readonly Fingerprints[];
  readonly #onFinding: (finding: Finding) => void;
  readonly #text = new UnwrappedText();
  readonly #windows = new Windows();
  /** of each run, by token and start */
  readonly #sightings: readonly Map<string, Sighting>[];
  /** found of late: to be told in the order of their places, and not to be found again as a JWT */
  #found: Found[] = [];
  /** where the next window begins */
  #windowsTo = 0;
  /** up to where first dots of JWTs have been looked at */
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
    // A JWT is looked at when all of it must be in view.
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

  /** Whose token would end before `to` can be seen no more of. */
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

  /** What overlaps with a token of a run that was found already is the same token, known better. */
  #keep(found: Found): void {
    const overlaps = ({ from, to }: { from: number; to: number }): boolean => from < found.to && found.from < to;
    if (this.#found.some((other) => other.finding.owner !== null && overlaps(other))) return;
    const isJwt = found.finding.owner === null;
    const open = this.#sightings.flatMap((sightings) => [...sightings.values()]);
    if (isJwt && open.some(({ first, last }) => overlaps({ from: first, to: last + BLOCK_CHARS }))) return;
    this.#found.push(found);
  }

  /** Tells what begins before `to`, in its order. */
  #tell(to: number): void {
    const told = this.#found.filter(({ from }) => from < to).toSorted((a, b) => a.from - b.from);
    this.#found = this.#found.filter(({ from }) => from >= to);
    for (const { finding } of told) this.#onFinding(finding);
  }
}
