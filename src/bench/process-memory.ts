import { readFileSync } from 'node:fs';

interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

/** Memory growth of one process. */
export interface Growth {
  readonly name: string;
  readonly endBytes: number;
  /** growth per hour as a share of the mean size, by least squares */
  readonly growthPerHour: number;
  readonly samples: number;
}

/** The resident memory of a process and its children, as Linux shows it in /proc. */
export class ProcessMemory {
  readonly #root: number;
  readonly #startMs = performance.now();
  readonly #samples = new Map<number, Sample[]>();

  constructor(pid: number) {
    this.#root = pid;
  }

  sample(): void {
    const atMs = performance.now() - this.#startMs;
    for (const pid of [this.#root, ...childrenOf(this.#root)]) {
      const bytes = residentBytes(pid);
      if (bytes === null) continue;
      const samples = this.#samples.get(pid) ?? [];
      samples.push({ atMs, bytes });
      this.#samples.set(pid, samples);
    }
  }

  /** @param fromMs end of the warm-up */
  growths(fromMs: number): Growth[] {
    return Array.from(this.#samples, ([pid, all]) => {
      const samples = all.filter(({ atMs }) => atMs >= fromMs);
      const name = pid === this.#root ? `squall ${pid}` : `target ${pid}`;
      return { name, endBytes: all.at(-1)?.bytes ?? 0, growthPerHour: growth(samples), samples: samples.length };
    });
  }
}

/** Slope of the least-squares line; 0 for too few samples. */
function growth(samples: readonly Sample[]): number {
  if (samples.length < 3) return 0;
  const meanAt = samples.reduce((sum, { atMs }) => sum + atMs, 0) / samples.length;
  const meanBytes = samples.reduce((sum, { bytes }) => sum + bytes, 0) / samples.length;
  let [over, under] = [0, 0];
  for (const { atMs, bytes } of samples) {
    over += (atMs - meanAt) * (bytes - meanBytes);
    under += (atMs - meanAt) ** 2;
  }
  return ((over / under) * 3_600_000) / meanBytes;
}

function childrenOf(pid: number): number[] {
  const text = read(`/proc/${pid}/task/${pid}/children`);
  return text === null
    ? []
    : text
        .split(' ')
        .filter((each) => each.trim() !== '')
        .map(Number);
}

function residentBytes(pid: number): number | null {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/** Reads a file of /proc; null if the process has just ended. */
function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
