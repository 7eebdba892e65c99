import { z } from 'zod';
import type { WorkerTask } from '../live/worker/shard-host.ts';
import { VERSION } from '../metrics/version.ts';
import { PLAN_FORMAT, type ShardPlan } from './messages.ts';
import { NotSealed, type Sealer } from './seal.ts';
import type { ShardJob } from './shard-queue.ts';
import { decode, encode } from './wire.ts';

/** A plan that cannot be carried out here. */
export class PlanRefused extends Error {
  override readonly name = 'PlanRefused';
  /** advice to the user */
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
}

const SAME_VERSION = 'install the same version of squall on all machines';

/** Seals a plan for the workers that have the key. */
export function sealPlan(plan: ShardPlan, sealer: Sealer): Buffer {
  return sealer.seal(aboutPlan(plan), encode(plan));
}

/**
 * Opens the plan of a shard and checks it.
 *
 * @throws PlanRefused when it is of another version of squall, of another shard, or incomplete
 * @throws NotSealed when it was sealed with another key, or is none
 */
export function openPlan(sealed: Buffer, sealer: Sealer, job: ShardJob): ShardPlan {
  const plan = decode(sealer.open(aboutPlan(job), sealed));
  const header = headerShape.safeParse(plan);
  if (!header.success) throw unreadable(header.error);
  const { format, squall } = header.data;
  if (squall !== VERSION || format !== PLAN_FORMAT) {
    throw new PlanRefused(`the coordinator is squall ${squall}, this worker is squall ${VERSION}`, SAME_VERSION);
  }
  const whole = planShape.safeParse(plan);
  if (!whole.success) throw unreadable(whole.error);
  if (whole.data.run !== job.run || whole.data.shard !== job.shard) {
    throw new PlanRefused('the plan is of another shard', 'run again');
  }
  return whole.data;
}

/** Says why a shard was not taken or held, in words for the worker's user. */
export function whyOf(error: unknown): string {
  if (error instanceof PlanRefused) return `${error.message}: ${error.fix}`;
  if (error instanceof NotSealed) return 'its plan was sealed with another SQUALL_KEY';
  return error instanceof Error ? error.message : String(error);
}

/** What a sealed plan is about, so that one cannot stand in the place of another. */
function aboutPlan({ run, shard }: ShardJob): string {
  return `plan ${run} ${shard}`;
}

function unreadable(error: z.ZodError): PlanRefused {
  const [issue] = error.issues;
  const where = issue === undefined ? '' : ` (${issue.path.join('.') || 'plan'}: ${issue.message})`;
  return new PlanRefused(`the shard's plan cannot be read${where}`, SAME_VERSION);
}

const headerShape = z.object({ format: z.number(), squall: z.string().max(100) });

/** The members of a task by the check that each must pass. */
const taskShape = z.looseObject({
  scenario: z.looseObject({
    seed: z.number(),
    durationMs: z.number().positive(),
    clients: z.looseObject({ count: z.number().int().positive() }),
    target: z.looseObject({ kind: z.string() }),
    tokens: z.looseObject({}),
    faults: z.array(z.looseObject({})),
  }),
  shard: z.number().int().min(0),
  shards: z.number().int().min(1),
  gateways: z.array(z.looseObject({ address: z.string(), port: z.number() })).min(1),
  upgrade: z.looseObject({}),
  access: z.looseObject({ privateJwk: z.looseObject({}) }),
  secrets: z.array(z.string()),
  users: z.map(z.number(), z.looseObject({})).nullable(),
  // Infinity is a limit, and no number to zod.
  maxAttemptsPerSecond: z.custom<number>(isRate),
  maxRequestsPerSecond: z.custom<number>(isRate),
});

const planShape = z
  .object({
    format: z.literal(PLAN_FORMAT),
    squall: z.literal(VERSION),
    run: z.string(),
    epoch: z.number().int().min(1),
    shard: z.number().int().min(0),
    shards: z.number().int().min(1),
    voidAtRedisMs: z.number().positive(),
    task: z.custom<WorkerTask>(
      (task) => taskShape.safeParse(task).success,
      'lacks a member, or has one of another kind',
    ),
    loopback: z.string().nullable(),
    tokensHeader: z.string().nullable(),
  })
  .refine(({ shard, shards }) => shard < shards, { path: ['shard'], message: 'is beyond the number of shards' });

function isRate(value: unknown): boolean {
  return typeof value === 'number' && value > 0;
}
