import type { Occurrence } from '../../core/fault/occurrence.ts';
import type { Executor } from '../../core/fault/spec.ts';
import { specOf } from '../../core/fault/specs.ts';
import { Draws } from '../../core/random/draws.ts';
import { JWKS_PATH, type TargetConfig, type TargetCounts } from '../../embedded/protocol.ts';
import { DropTallies } from './drop-tallies.ts';
import { summed } from './target-counts.ts';
import { TargetProcess, type ProcessEvents } from './target-process.ts';

/** Receives the events of all processes of the target; its counts are those of all together. */
export type TargetEvents = Omit<ProcessEvents, 'served'>;

type Rotation = (gateways: readonly number[]) => void;

/** The embedded target of a run: a process for the token service, and one for each gateway. */
export class Target {
  readonly tokenUrl: string;
  readonly gateways: readonly TargetProcess[];
  readonly #tokenService: TargetProcess;
  readonly #drops: DropTallies;
  /** gateways that a fault took out of rotation */
  readonly #out = new Set<number>();
  #rotated: Rotation = () => {};
  #over = false;

  private constructor(config: TargetConfig, tokenService: TargetProcess, gateways: readonly TargetProcess[]) {
    this.tokenUrl = tokenService.tokenUrl;
    this.gateways = gateways;
    this.#tokenService = tokenService;
    this.#drops = new DropTallies(new Draws(config.seed), config.count);
  }

  /**
   * @param config configuration of the whole target, with the capacity of all gateways
   * @param gateways number of gateways
   * @throws Error when a process cannot be started
   */
  static async start(config: TargetConfig, gateways: number, events: TargetEvents): Promise<Target> {
    const made: { target?: Target } = {};
    const processEvents: ProcessEvents = {
      ...events,
      served: () => made.target?.rotate(),
      counts: () => {
        const counts = made.target?.counts;
        if (counts) events.counts(counts);
      },
    };
    const tokenService = await TargetProcess.start({ ...config, role: 'token-service' }, processEvents);
    const configs = Array.from({ length: gateways }, (_, gateway) =>
      gatewayConfig(config, gateway, gateways, tokenService.tokenUrl),
    );
    const started = await Promise.allSettled(configs.map((each) => TargetProcess.start(each, processEvents)));
    const up = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = started.find((result) => result.status === 'rejected');
    if (failed !== undefined) {
      await Promise.all([tokenService, ...up].map((process) => process.stop()));
      throw failed.reason;
    }
    made.target = new Target(config, tokenService, up);
    return made.target;
  }

  get gatewayUrls(): readonly string[] {
    return this.gateways.map(({ gatewayUrl }) => gatewayUrl);
  }

  /** Counts of all processes together; null before the first report. */
  get counts(): TargetCounts | null {
    const counted = this.#processes.flatMap(({ counts }) => counts ?? []);
    if (counted.length === 0) return null;
    const sum = summed(counted);
    return { ...sum, faults: { ...sum.faults, ...this.#drops.tallies(sum.faults, performance.now(), this.#over) } };
  }

  /** @param hrMs start of the run by the clock that all processes share */
  runBegins(hrMs: number): void {
    for (const gateway of this.gateways) gateway.runBegins(hrMs);
  }

  begin(occurrence: Occurrence): void {
    const { fault } = occurrence;
    const spec = specOf(fault.kind);
    const { embedded: executor } = spec.executor(fault);
    if (executor === 'gateways' && spec.counts === 'draws' && spec.among(fault) === 'clients')
      this.#drops.begin(occurrence, performance.now());
    for (const process of this.#processesOf(executor)) {
      // The token service counts what all processes inject.
      process.begin(occurrence, executor !== 'target' || process === this.#tokenService);
    }
  }

  /** @param index index of the occurrence */
  end(index: number): void {
    for (const process of this.#processes) process.end(index);
  }

  /** Asks for counts; they arrive as events. */
  report(): void {
    for (const process of this.#processes) process.report();
  }

  /** Sets the receiver of the gateways in rotation, called at each change. */
  onRotation(rotated: Rotation): void {
    this.#rotated = rotated;
  }

  /** Takes a gateway out of rotation until it is put back. */
  takeOut(gateway: number): void {
    this.#out.add(gateway);
    this.rotate();
  }

  putBack(gateway: number): void {
    this.#out.delete(gateway);
    this.rotate();
  }

  /** Reports the gateways in rotation at once, as a load balancer that notices every gateway that goes down. */
  rotate(): void {
    const serving = [...this.gateways.keys()].filter((index) => !this.#out.has(index) && this.gateways[index]!.isUp);
    this.#rotated(serving);
  }

  /** Ends all processes and returns their counts. */
  async stop(): Promise<TargetCounts | null> {
    this.#rotated = () => {};
    await Promise.all(this.#processes.map((process) => process.stop()));
    this.#over = true;
    return this.counts;
  }

  get #processes(): readonly TargetProcess[] {
    return [this.#tokenService, ...this.gateways];
  }

  #processesOf(executor: Executor | null): readonly TargetProcess[] {
    if (executor === 'target') return this.#processes;
    if (executor === 'gateways') return this.gateways;
    return executor === 'token-service' ? [this.#tokenService] : [];
  }
}

/** Makes a gateway's configuration: an equal part of the target's capacity, and its own queue. */
function gatewayConfig(config: TargetConfig, gateway: number, gateways: number, tokenUrl: string): TargetConfig {
  const { handshakesPerSecond } = config.capacity;
  return {
    ...config,
    role: 'gateway',
    gateway,
    gateways,
    capacity: {
      ...config.capacity,
      handshakesPerSecond: handshakesPerSecond === null ? null : handshakesPerSecond / gateways,
    },
    jwksUrl: new URL(JWKS_PATH, tokenUrl).href,
  };
}
