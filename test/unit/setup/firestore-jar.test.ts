import { describe, expect, it } from 'vitest';
import { findFirestoreJar } from '../../../scripts/setup/firestore-jar.mjs';
import { fakeMachine } from './fake-machine.ts';

const GCLOUD_JAR = 'platform/cloud-firestore-emulator/cloud-firestore-emulator.jar';
const CACHE = '/home/ann/.cache/firebase/emulators';

describe('Firestore emulator jar › find', () => {
  it('takes the newest that firebase-tools has downloaded', () => {
    const machine = fakeMachine({
      files: [
        `${CACHE}/cloud-firestore-emulator-v1.9.1.jar`,
        `${CACHE}/cloud-firestore-emulator-v1.22.0.jar`,
        `${CACHE}/ui-v1.15.0.zip`,
        `/usr/lib/google-cloud-sdk/${GCLOUD_JAR}`,
      ],
    });
    expect(findFirestoreJar(machine)).toBe(`${CACHE}/cloud-firestore-emulator-v1.22.0.jar`);
  });

  it('knows the other place that firebase-tools can be told', () => {
    const machine = fakeMachine({
      env: { FIREBASE_EMULATORS_PATH: '/cache' },
      files: ['/cache/cloud-firestore-emulator-v1.22.0.jar'],
    });
    expect(findFirestoreJar(machine)).toBe('/cache/cloud-firestore-emulator-v1.22.0.jar');
  });

  it('finds the Google Cloud CLI’s behind the link to gcloud', () => {
    const machine = fakeMachine({
      env: { PATH: '/usr/bin' },
      links: { '/usr/bin/gcloud': '/srv/google-cloud-sdk/bin/gcloud' },
      files: [`/srv/google-cloud-sdk/${GCLOUD_JAR}`],
    });
    expect(findFirestoreJar(machine)).toBe(`/srv/google-cloud-sdk/${GCLOUD_JAR}`);
  });

  it.each([
    ['its environment', { CLOUDSDK_ROOT_DIR: '/sdk' }, '/sdk'],
    ['Debian’s folder', {}, '/usr/lib/google-cloud-sdk'],
    ['the home folder', {}, '/home/ann/google-cloud-sdk'],
    ['Homebrew', {}, '/opt/homebrew/share/google-cloud-sdk'],
  ])('finds the Google Cloud CLI’s in %s', (_, env, folder) => {
    expect(findFirestoreJar(fakeMachine({ env, files: [`${folder}/${GCLOUD_JAR}`] }))).toBe(
      `${folder}/${GCLOUD_JAR}`,
    );
  });

  it('finds the Google Cloud CLI’s on Windows', () => {
    const jar =
      'C:\\Users\\ann\\AppData\\Local\\Google\\Cloud SDK\\google-cloud-sdk\\platform\\cloud-firestore-emulator\\cloud-firestore-emulator.jar';
    expect(findFirestoreJar(fakeMachine({ platform: 'win32', home: 'C:\\Users\\ann', files: [jar] }))).toBe(
      jar,
    );
  });

  it('takes the one that a person names before all others', () => {
    const machine = fakeMachine({
      env: { FIRESTORE_EMULATOR_BINARY_PATH: '/mine.jar' },
      files: ['/mine.jar', `${CACHE}/cloud-firestore-emulator-v1.22.0.jar`],
    });
    expect(findFirestoreJar(machine)).toBe('/mine.jar');
  });

  it('finds none on a machine without', () => {
    expect(findFirestoreJar(fakeMachine({ env: { PATH: '/usr/bin' } }))).toBeUndefined();
  });
});
