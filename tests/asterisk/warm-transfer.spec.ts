import '../stories/warm-transfer.story.spec.ts';
