import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc/PID/stat; 100 on every architecture of Linux that Node runs on (proc(5), USER_HZ). */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** What a process and all its descendants have used. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

interface Entry {
  readonly parent: number;
  /** also of its children that have ended */
  readonly ticks: number;
  readonly pages: number;
}

/** Reads what a process and its descendants have used so far, from /proc. */
export function usageOf(pid: number): Usage {
  const entries = readEntries();
  const members = new Set([pid]);
  // A child can have a smaller id than its parent, so the search goes on until it finds no more.
  for (let before = 0; before < members.size;) {
    before = members.size;
    for (const [each, { parent }] of entries) if (members.has(parent)) members.add(each);
  }
  let ticks = 0;
  let pages = 0;
  for (const member of members) {
    ticks += entries.get(member)?.ticks ?? 0;
    pages += entries.get(member)?.pages ?? 0;
  }
  return { cpuSeconds: ticks / TICKS_PER_SECOND, residentBytes: pages * PAGE_BYTES };
}

function readEntries(): ReadonlyMap<number, Entry> {
  const entries = new Map<number, Entry>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const entry = readEntry(name);
    if (entry !== null) entries.set(Number(name), entry);
  }
  return entries;
}

/** @returns null: the process has ended */
function readEntry(pid: string): Entry | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  // The name stands in brackets and may hold anything (proc(5)); field 3, the state, follows.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return { parent: field(4), ticks: field(14) + field(15) + field(16) + field(17), pages: field(24) };
}
