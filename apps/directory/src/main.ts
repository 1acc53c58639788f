import { main, readEnvironment, startService } from '@cordboard/platform-process';
import { directoryEnvironment, DirectoryModule } from './directory.module.ts';

void main(async () => {
  const env = readEnvironment(directoryEnvironment);
  return startService('directory', await DirectoryModule.from(env), env);
});
