import '../stories/cold-transfer.story.spec.ts';
