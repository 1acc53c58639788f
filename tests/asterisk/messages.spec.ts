import '../stories/messages.story.spec.ts';
