import { defineInt, defineString } from 'firebase-functions/params';

/** What an operator decides. The values, with their explanations, are in `functions/.env`. */
export const DATABASE = defineString('FIRESIGNAL_DATABASE');
export const REGION = defineString('FIRESIGNAL_REGION');
export const RETENTION_DAYS = defineInt('FIRESIGNAL_RETENTION_DAYS');
export const MAX_INSTANCES = defineInt('FIRESIGNAL_MAX_INSTANCES');
export const MEMORY_MIB = defineInt('FIRESIGNAL_MEMORY_MIB');
export const SWEEP_TIMEOUT_SECONDS = defineInt('FIRESIGNAL_SWEEP_TIMEOUT_SECONDS');
