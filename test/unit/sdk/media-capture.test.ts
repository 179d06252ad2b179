import { afterEach, describe, expect, it, vi } from 'vitest';
import { captureMedia } from '../../../web/sdk/src/media-capture.ts';
import { FakeMediaStream, FakeTrack } from '../../support/fake-sdp.ts';
import { settled } from '../../support/tasks.ts';

afterEach(() => void vi.unstubAllGlobals());

function stubDevices(getUserMedia: (constraints: MediaStreamConstraints) => Promise<unknown>) {
  const mock = vi.fn(getUserMedia);
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: mock } });
  return mock;
}

describe('captureMedia', () => {
  it('asks for what it is told, and for nothing else', async () => {
    const stream = new FakeMediaStream();
    const getUserMedia = stubDevices(() => Promise.resolve(stream));
    await expect(captureMedia({ video: { width: 640 } })).resolves.toBe(stream);
    expect(getUserMedia).toHaveBeenCalledExactlyOnceWith({ audio: false, video: { width: 640 } });
  });

  it.each([
    ['NotAllowedError', 'signaling/media-denied'],
    ['SecurityError', 'signaling/media-denied'],
    ['NotFoundError', 'signaling/media-not-found'],
    ['OverconstrainedError', 'signaling/media-not-found'],
    ['NotReadableError', 'signaling/media-in-use'],
    ['AbortError', 'signaling/media-in-use'],
    ['TypeError', 'signaling/invalid-argument'],
  ])('says %s as %s', async (name, code) => {
    const cause = new DOMException('of the browser', name);
    stubDevices(() => Promise.reject(cause));
    await expect(captureMedia({ audio: true })).rejects.toMatchObject({ code, cause });
  });

  it('knows an OverconstrainedError that is no Error, as in older browsers', async () => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- that is the point
    stubDevices(() => Promise.reject({ name: 'OverconstrainedError', constraint: 'deviceId' }));
    await expect(captureMedia({ audio: true })).rejects.toMatchObject({ code: 'signaling/media-not-found' });
  });

  it('says so where there are no media devices, as on insecure pages', async () => {
    vi.stubGlobal('navigator', {});
    await expect(captureMedia({ audio: true })).rejects.toMatchObject({
      code: 'signaling/webrtc-unsupported',
    });
  });

  it('does not ask when it was aborted before', async () => {
    const getUserMedia = stubDevices(() => Promise.resolve(new FakeMediaStream()));
    await expect(captureMedia({ audio: true, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'signaling/aborted',
    });
    expect(getUserMedia).not.toHaveBeenCalled();
  });

  it('ends at once when it is aborted, and stops what the user allows afterwards', async () => {
    const tracks = [new FakeTrack('audio'), new FakeTrack('video')];
    let allow: (stream: unknown) => void = () => undefined;
    stubDevices(() => new Promise((resolve) => (allow = resolve)));
    const controller = new AbortController();
    const outcome = captureMedia({ audio: true, video: true, signal: controller.signal });
    controller.abort();
    await expect(outcome).rejects.toMatchObject({ code: 'signaling/aborted' });
    allow(new FakeMediaStream(tracks));
    await settled();
    expect(tracks.map(({ isStopped }) => isStopped)).toEqual([true, true]);
  });
});
