import '../stories/team-transfer.story.spec.ts';
