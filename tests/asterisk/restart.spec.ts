import '../faults/restart.spec.ts';
