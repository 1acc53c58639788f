import { main, readEnvironment, startService } from '@cordboard/platform-process';
import { telephonyEnvironment, TelephonyModule } from './telephony.module.ts';

void main(async () => {
  const env = readEnvironment(telephonyEnvironment);
  return startService('telephony', await TelephonyModule.from(env), env);
});
