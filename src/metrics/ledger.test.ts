import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CommandLog, MAX_COMMANDS_PER_CLIENT } from './command-log.ts';
import { Curves } from './curves.ts';
import { joinLedger, runningLedger } from './ledger.ts';
import { SERIES_INDEX } from '../core/metrics.ts';

type End = 'acknowledged' | 'gaveUp' | 'neither';

interface Command {
  readonly client: number;
  readonly seq: number;
  readonly resent: boolean;
  readonly end: End;
  readonly effects: number;
}

const CLIENTS = 6;

/** Due commands beyond those in the logs: one was skipped, two wait. */
const CURVES = new Curves(new ArrayBuffer(Curves.bytes(1)));
CURVES.add(SERIES_INDEX.due, 0, 3);
CURVES.add(SERIES_INDEX.skipped, 0, 1);

const commands = fc.uniqueArray(
  fc.record<Command>({
    client: fc.nat(CLIENTS - 1),
    seq: fc.nat(200),
    resent: fc.boolean(),
    end: fc.constantFrom<End>('acknowledged', 'gaveUp', 'neither'),
    effects: fc.nat(3),
  }),
  { selector: ({ client, seq }) => client * 1000 + seq, maxLength: 40 },
);

function logs(all: readonly Command[], shards: number): CommandLog[] {
  const made = Array.from({ length: shards }, (_, shard) => new CommandLog(CLIENTS, shard, shards));
  for (const { client, seq, resent, end } of all) {
    const log = made[client % shards]!;
    const index = Math.floor(client / shards);
    log.sent(index, seq, false);
    if (resent) log.sent(index, seq, true);
    if (end === 'acknowledged') log.acknowledged(index, seq);
    if (end === 'gaveUp') log.gaveUp(index, seq);
  }
  return made;
}

function join(all: readonly Command[], shards = 1) {
  const effects = new Map(all.map((command) => [`${command.client}-${command.seq}`, command.effects]));
  const records = logs(all, shards).map((log) => log.export());
  return joinLedger(records, (client, seq) => effects.get(`${client}-${seq}`) ?? 0, CURVES);
}

describe('joinLedger', () => {
  it.each<{ end: End; effects: number; is: object }>([
    { end: 'acknowledged', effects: 1, is: { acknowledged: 1, lost: 0, unexpected: 0, inFlight: 0, duplicated: 0 } },
    { end: 'acknowledged', effects: 0, is: { acknowledged: 0, lost: 1, unexpected: 0, inFlight: 0, gaveUp: 0 } },
    { end: 'acknowledged', effects: 3, is: { acknowledged: 1, duplicated: 2 } },
    { end: 'gaveUp', effects: 0, is: { lost: 1, unexpected: 0, gaveUp: 1 } },
    { end: 'gaveUp', effects: 1, is: { lost: 0, unexpected: 1, gaveUp: 1 } },
    { end: 'neither', effects: 0, is: { inFlight: 1, lost: 0 } },
    { end: 'neither', effects: 2, is: { inFlight: 1, unexpected: 0, duplicated: 1 } },
  ])('puts a command that ended as $end with $effects effects into its class', ({ end, effects, is }) => {
    expect(join([{ client: 3, seq: 7, resent: false, end, effects }])).toMatchObject({ sent: 1, ...is });
  });

  it('puts every command into exactly one class', () => {
    fc.assert(
      fc.property(commands, (all) => {
        const { sent, acknowledged, lost, unexpected, inFlight, duplicated, duplicatedBy } = join(all);
        expect(sent).toBe(all.length);
        expect(acknowledged + lost! + unexpected! + inFlight).toBe(sent);
        expect(duplicatedBy!.resend + duplicatedBy!.other).toBe(duplicated);
        expect(duplicated).toBe(all.reduce((sum, { effects }) => sum + Math.max(0, effects - 1), 0));
      }),
    );
  });

  it('finds commands that the gateway misreported as lost + unexpected - gaveUp', () => {
    fc.assert(
      fc.property(commands, (all) => {
        const { lost, unexpected, gaveUp } = join(all);
        const lies = all.filter(({ end, effects }) => end === 'acknowledged' && effects === 0);
        expect(lost! + unexpected! - gaveUp).toBe(lies.length);
      }),
    );
  });

  it('does not depend on the sharding of the clients', () => {
    fc.assert(
      fc.property(commands, fc.integer({ min: 1, max: 4 }), (all, shards) => {
        expect(join(all, shards)).toEqual(join(all));
      }),
    );
  });

  it('trusts acknowledgements, and has null otherwise, without the record of the gateway', () => {
    const [log] = logs([{ client: 0, seq: 0, resent: true, end: 'gaveUp', effects: 2 }], 1);
    expect(joinLedger([log!.export()], null, CURVES)).toEqual({
      due: 3,
      skipped: 1,
      waiting: 2,
      sent: 1,
      acknowledged: 0,
      gaveUp: 1,
      inFlight: 0,
      lost: null,
      duplicated: null,
      unexpected: null,
      duplicatedBy: null,
    });
  });

  it('has null where there were more commands than a log tracks', () => {
    const log = new CommandLog(1);
    log.sent(0, 0, false);
    log.acknowledged(0, 0);
    log.sent(0, MAX_COMMANDS_PER_CLIENT, false);
    log.sent(0, MAX_COMMANDS_PER_CLIENT, true);
    log.gaveUp(0, MAX_COMMANDS_PER_CLIENT);
    const totals = joinLedger([log.export()], () => 1, CURVES);
    expect(totals).toMatchObject({ sent: 2, acknowledged: 1, gaveUp: 1, inFlight: 0, lost: null, duplicated: null });
  });
});

describe('runningLedger', () => {
  it('counts commands under way from the curves', () => {
    const curves = new Curves(new ArrayBuffer(Curves.bytes(10)));
    curves.add(SERIES_INDEX.due, 0, 15);
    curves.add(SERIES_INDEX.skipped, 0, 3);
    curves.add(SERIES_INDEX.sent, 0, 10);
    curves.add(SERIES_INDEX.acknowledged, 500, 6);
    curves.add(SERIES_INDEX.gaveUp, 900, 1);
    expect(runningLedger(curves, 4)).toMatchObject({
      due: 15,
      skipped: 3,
      waiting: 2,
      sent: 10,
      acknowledged: 6,
      gaveUp: 1,
      inFlight: 3,
      duplicated: 4,
    });
  });
});
