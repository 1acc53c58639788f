import { Controller, Get, HttpCode, Inject, Module, type DynamicModule, ServiceUnavailableException } from '@nestjs/common';

/** What must hold before a service takes work, by name; each answers whether it does. */
export type ReadinessChecks = Readonly<Record<string, () => boolean | Promise<boolean>>>;
const CHECKS = Symbol('readiness checks');

@Controller('health')
class HealthController {
  constructor(@Inject(CHECKS) private readonly checks: ReadinessChecks) {}

  /** The process runs. */
  @Get('live')
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** The service takes work: 200, or 503 with the names of what it waits for. */
  @Get('ready')
  @HttpCode(200)
  async ready(): Promise<{ status: 'ready' }> {
    const answers = await Promise.all(Object.entries(this.checks).map(async ([name, check]) => [name, await check()] as const));
    const waitingFor = answers.filter(([, ok]) => !ok).map(([name]) => name);
    if (waitingFor.length > 0) throw new ServiceUnavailableException({ status: 'not ready', waitingFor });
    return { status: 'ready' };
  }
}

/** `/health/live` and `/health/ready`. */
@Module({})
export class HealthModule {
  /** `inject` names the providers that `checks` takes, as in any Nest factory; `imports` where they come from. */
  static withChecks(o: {
    imports?: DynamicModule['imports'];
    inject: unknown[];
    checks: (...injected: never[]) => ReadinessChecks;
  }): DynamicModule {
    return {
      module: HealthModule,
      imports: o.imports ?? [],
      controllers: [HealthController],
      providers: [{ provide: CHECKS, inject: o.inject as never[], useFactory: o.checks }],
    };
  }
}
