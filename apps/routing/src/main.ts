import { identityEnvironment, main, readEnvironment, startService, stateEnvironment } from '@cordboard/platform-process';
import { RoutingModule } from './routing.module.ts';

await main(async () => {
  const env = readEnvironment({ ...stateEnvironment, ...identityEnvironment });
  return startService('routing', await RoutingModule.from(env), env);
});
