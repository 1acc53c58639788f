/** The server says this often, in ms, that a delivery goes on; after two that are missing it has stalled. */
export const IDLE_HEARTBEAT_MS = 500;
