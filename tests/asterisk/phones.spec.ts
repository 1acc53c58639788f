import '../stories/phones.story.spec.ts';
