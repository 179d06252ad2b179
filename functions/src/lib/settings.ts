import { seatPath } from '@firesignal/protocol';
import { defineInt, defineString, expr } from 'firebase-functions/params';

/** What an operator decides. The values, with their explanations, are in `functions/.env`. */
export const DATABASE = defineString('FIRESIGNAL_DATABASE');
export const ROOT = defineString('FIRESIGNAL_ROOT');
export const COLLECTION_PREFIX = defineString('FIRESIGNAL_COLLECTION_PREFIX');
export const REGION = defineString('FIRESIGNAL_REGION');
export const RETENTION_DAYS = defineInt('FIRESIGNAL_RETENTION_DAYS');
export const MAX_INSTANCES = defineInt('FIRESIGNAL_MAX_INSTANCES');
export const MEMORY_MIB = defineInt('FIRESIGNAL_MEMORY_MIB');
export const SWEEP_TIMEOUT_SECONDS = defineInt('FIRESIGNAL_SWEEP_TIMEOUT_SECONDS');

/** Paths of seats where they are stored, with `{roomId}` and `{seat}`: a trigger is told before any setting has a value. */
export const SEATS = seatPath('{roomId}', '{seat}')
  .split('/')
  .reduce(
    (path, segment, n) => {
      const slash = n === 0 ? ROOT.equals('').thenElse('', '/') : '/';
      return expr`${path}${slash}${n % 2 === 0 ? COLLECTION_PREFIX : ''}${segment}`;
    },
    expr`${ROOT}`,
  );
