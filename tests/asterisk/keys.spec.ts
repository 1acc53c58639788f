import '../stories/keys.story.spec.ts';
