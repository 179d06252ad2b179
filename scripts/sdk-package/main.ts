/** `npm run build:sdk`: makes web/sdk/dist, the folder that is published as the package `firesignal`. */
import { reportFailure } from '../setup/report-failure.mjs';
import { buildSdkPackage } from './build-sdk-package.ts';

try {
  console.log(`Built ${await buildSdkPackage()}`);
} catch (error) {
  reportFailure(error);
}
