export interface PlainAlarm {
  readonly at: number;
  readonly slot: number;
}

/** A textbook binary heap of objects in an array: the baseline for the event queue. */
export class PlainHeap {
  readonly #alarms: PlainAlarm[] = [];

  push(alarm: PlainAlarm): void {
    const alarms = this.#alarms;
    let i = alarms.push(alarm) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (alarms[parent]!.at <= alarm.at) break;
      alarms[i] = alarms[parent]!;
      i = parent;
    }
    alarms[i] = alarm;
  }

  pop(): PlainAlarm | undefined {
    const alarms = this.#alarms;
    const top = alarms[0];
    const last = alarms.pop();
    if (last === undefined || alarms.length === 0) return top;
    let i = 0;
    for (let child = 1; child < alarms.length; child = 2 * i + 1) {
      if (child + 1 < alarms.length && alarms[child + 1]!.at < alarms[child]!.at) child++;
      if (last.at <= alarms[child]!.at) break;
      alarms[i] = alarms[child]!;
      i = child;
    }
    alarms[i] = last;
    return top;
  }
}
