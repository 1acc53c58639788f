import { identityEnvironment, main, natsEnvironment, readEnvironment, serviceEnvironment, startService } from '@cordboard/platform-process';
import { z } from 'zod';
import { GatewayModule } from './gateway.module.ts';
import { gatewayEnvironment } from './settings.ts';

void main(async () => {
  const subgraph = z.url();
  const env = readEnvironment({
    ...serviceEnvironment,
    ...identityEnvironment,
    ...gatewayEnvironment,
    ...natsEnvironment,
    DIRECTORY_URL: subgraph,
    PRESENCE_URL: subgraph,
    ROUTING_URL: subgraph,
    RECORDING_URL: subgraph,
    HISTORY_URL: subgraph,
    WEBHOOKS_URL: subgraph,
  });
  return startService('gateway', await GatewayModule.from(env), env);
});
