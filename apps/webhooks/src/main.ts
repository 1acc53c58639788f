import { main, readEnvironment, startService } from '@cordboard/platform-process';
import { webhooksEnvironment, WebhooksModule } from './webhooks.module.ts';

void main(async () => {
  const env = readEnvironment(webhooksEnvironment);
  return startService('webhooks', await WebhooksModule.from(env), env);
});
