import { identityEnvironment, main, readEnvironment, startService, stateEnvironment } from '@cordboard/platform-process';
import { PresenceModule } from './presence.module.ts';

void main(async () => {
  const env = readEnvironment({ ...stateEnvironment, ...identityEnvironment });
  return startService('presence', await PresenceModule.from(env), env);
});
