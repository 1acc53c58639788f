import { main, readEnvironment, startService } from '@cordboard/platform-process';
import { historyEnvironment, HistoryModule } from './history.module.ts';

void main(async () => {
  const env = readEnvironment(historyEnvironment);
  return startService('history', await HistoryModule.from(env), env);
});
