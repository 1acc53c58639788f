import { main, readEnvironment, startService } from '@cordboard/platform-process';
import { recordingEnvironment, RecordingModule } from './recording.module.ts';

void main(async () => {
  const env = readEnvironment(recordingEnvironment);
  return startService('recording', await RecordingModule.from(env), env);
});
