export {
  CannotStart,
  identityEnvironment,
  natsEnvironment,
  port,
  readEnvironment,
  serviceEnvironment,
  stateEnvironment,
} from './environment.ts';
export { HealthModule, type ReadinessChecks } from './health.ts';
export { idFor, newId } from './ids.ts';
export { log } from './logger.ts';
export { answerRaw, endAfterAnswers, refuseTunnel, refuseUnreadable, trackAnswers } from './raw-answer.ts';
export { redact } from './redact.ts';
export { main, startService, type RunningService } from './service.ts';
export { Turns } from './turns.ts';
