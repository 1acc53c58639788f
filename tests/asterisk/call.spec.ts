import '../stories/call.story.spec.ts';
