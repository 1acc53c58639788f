import '../stories/contact-transfer.story.spec.ts';
