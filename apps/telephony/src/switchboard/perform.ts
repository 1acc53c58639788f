import type { Engine } from '../engine/port.ts';
import type { Step } from './steps.ts';

/** Gives the engine one command. */
export function perform(engine: Engine, step: Step): Promise<void> {
  switch (step.command) {
    case 'dial':
      return engine.dial(step.with);
    case 'ringing':
      return engine.ringing(step.with);
    case 'answer':
      return engine.answer(step.with);
    case 'hangup':
      return engine.hangup(step.with);
    case 'hold':
      return engine.hold(step.with);
    case 'retrieve':
      return engine.retrieve(step.with);
    case 'identify':
      return engine.identify(step.with);
    case 'label':
      return engine.label(step.with);
    case 'createBridge':
      return engine.createBridge(step.with);
    case 'join':
      return engine.join(step.with);
    case 'leave':
      return engine.leave(step.with);
    case 'destroyBridge':
      return engine.destroyBridge(step.with);
    case 'play':
      return engine.play(step.with);
    case 'stopPlay':
      return engine.stopPlay(step.with);
    case 'record':
      return engine.record(step.with);
    case 'stopRecord':
      return engine.stopRecord(step.with);
  }
}
