import '../faults/engine.spec.ts';
