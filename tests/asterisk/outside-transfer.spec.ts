import '../stories/outside-transfer.story.spec.ts';
