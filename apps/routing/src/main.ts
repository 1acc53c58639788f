import { identityEnvironment, main, readEnvironment, startService, stateEnvironment } from '@cordboard/platform-process';
import { z } from 'zod';
import { RoutingModule } from './routing.module.ts';

const settings = {
  MINIMUM_APP_VERSION: z
    .string()
    .regex(/^\d+(\.\d+)*$/, 'numbers between dots, like 2.10')
    .optional(),
};

void main(async () => {
  const env = readEnvironment({ ...stateEnvironment, ...identityEnvironment, ...settings });
  return startService('routing', await RoutingModule.from(env), env);
});
