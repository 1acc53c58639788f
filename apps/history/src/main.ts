import { main, readEnvironment, startService } from '@cordboard/platform-process';
import { historyEnvironment, HistoryModule } from './history.module.ts';

await main(async () => {
  const env = readEnvironment(historyEnvironment);
  return startService('history', await HistoryModule.from(env), env);
});
