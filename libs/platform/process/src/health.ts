import { Controller, Get, HttpCode, Inject, Module, type DynamicModule, ServiceUnavailableException } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { DrainingAdapter } from './draining-adapter.ts';

/**
 * What must hold before a service takes work, by name; each answers whether it does. One that throws does not hold, and its message is shown
 * in `/health/detail`.
 */
export type ReadinessChecks = Readonly<Record<string, () => boolean | Promise<boolean>>>;
const CHECKS = Symbol('readiness checks');
const DETAILS = Symbol('checks that are shown and do not decide');

/** What a check found. */
export interface CheckResult {
  readonly ok: boolean;
  /** Why not; absent where it is well. */
  readonly reason?: string;
  /** How long the check took. */
  readonly ms: number;
}

/** `decides`: `/health/ready` waits for it. */
interface HealthDetail {
  readonly status: 'ready' | 'not ready' | 'stopping';
  readonly checks: Readonly<Record<string, CheckResult & { readonly decides: boolean }>>;
}

/** A check that has not answered within this does not hold, in ms. */
const CHECK_TIMEOUT_MS = 3_000;

@Controller('health')
class HealthController {
  /** Whoever asks while the checks run is given the same results. */
  private running: Promise<HealthDetail> | undefined;

  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(CHECKS) private readonly checks: ReadinessChecks,
    @Inject(DETAILS) private readonly details: ReadinessChecks,
  ) {}

  /** The process runs. */
  @Get('live')
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** The service takes work: 200, or 503 with the names of what it waits for, or because it is about to end. */
  @Get('ready')
  @HttpCode(200)
  async ready(): Promise<{ status: 'ready' }> {
    if (this.isStopping) throw new ServiceUnavailableException({ status: 'stopping', waitingFor: [] });
    const results = await runAll(this.checks);
    const waitingFor = Object.entries(results).flatMap(([name, { ok }]) => (ok ? [] : [name]));
    if (waitingFor.length > 0) throw new ServiceUnavailableException({ status: 'not ready', waitingFor });
    return { status: 'ready' };
  }

  /** Everything that is looked at, for people and dashboards: always 200, so that nobody takes it for a probe. */
  @Get('detail')
  detail(): Promise<HealthDetail> {
    return (this.running ??= this.lookAtAll().finally(() => (this.running = undefined)));
  }

  private async lookAtAll(): Promise<HealthDetail> {
    const [deciding, shown] = await Promise.all([runAll(this.checks), runAll(this.details)]);
    const isReady = Object.values(deciding).every(({ ok }) => ok);
    const marked = (results: Record<string, CheckResult>, decides: boolean) =>
      Object.entries(results).map(([name, result]) => [name, { ...result, decides }] as const);
    return {
      status: this.isStopping ? 'stopping' : isReady ? 'ready' : 'not ready',
      checks: Object.fromEntries([...marked(deciding, true), ...marked(shown, false)]),
    };
  }

  private get isStopping(): boolean {
    const { httpAdapter } = this.host;
    return httpAdapter instanceof DrainingAdapter && httpAdapter.isDraining;
  }
}

const runAll = async (checks: ReadinessChecks): Promise<Record<string, CheckResult>> =>
  Object.fromEntries(await Promise.all(Object.entries(checks).map(async ([name, check]) => [name, await run(check)] as const)));

async function run(check: () => boolean | Promise<boolean>): Promise<CheckResult> {
  const began = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
  });
  const reason = await Promise.race([(async () => check())(), late])
    .then(
      (ok) => (ok ? null : 'it is not there, or not yet'),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )
    .finally(() => clearTimeout(timer));
  const ms = Math.round((performance.now() - began) * 10) / 10;
  return reason === null ? { ok: true, ms } : { ok: false, reason, ms };
}

/** `/health/live`, `/health/ready` and `/health/detail`. */
@Module({})
export class HealthModule {
  /**
   * `inject` names the providers that `checks` takes, as in any Nest factory; `imports` where they come from. `details` are shown in
   * `/health/detail` and do not decide whether the service is ready.
   */
  static withChecks(o: {
    imports?: DynamicModule['imports'];
    inject: unknown[];
    checks: (...injected: never[]) => ReadinessChecks;
    details?: (...injected: never[]) => ReadinessChecks;
  }): DynamicModule {
    return {
      module: HealthModule,
      imports: o.imports ?? [],
      controllers: [HealthController],
      providers: [
        { provide: CHECKS, inject: o.inject as never[], useFactory: o.checks },
        { provide: DETAILS, inject: o.inject as never[], useFactory: o.details ?? (() => ({})) },
      ],
    };
  }
}
