// @ts-check
export default () => /** @type {{ tearDownCordboard?: () => Promise<void> }} */ (globalThis).tearDownCordboard?.();
