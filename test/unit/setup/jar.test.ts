import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readManifest, writeEmulatorWrapper } from '../../../scripts/setup/jar.mjs';
import { readZipEntry, zipOf } from '../../../scripts/setup/zip.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'jar-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: Buffer): string {
  const at = path.join(folder, name);
  writeFileSync(at, content);
  return at;
}

const MANIFEST = 'META-INF/MANIFEST.MF';
const jarWith = (name: string, manifest: string): string =>
  file(name, zipOf(MANIFEST, Buffer.from(manifest)));

/** As the `jar` tool writes them: compressed, sizes only in the directory, after another entry. */
function compressedZip(name: string, content: string): Buffer {
  const packed = deflateRawSync(Buffer.from(content));
  const first = zipOf('META-INF/', Buffer.alloc(0));
  const firstDirectoryLength = 46 + 'META-INF/'.length;
  const firstEntry = first.subarray(0, first.length - 22 - firstDirectoryLength);
  const firstDirectory = first.subarray(firstEntry.length, first.length - 22);

  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 6); // sizes follow the content
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(crc32(Buffer.from(content)), 16);
  central.writeUInt32LE(packed.length, 20);
  central.writeUInt32LE(content.length, 24);
  central.writeUInt16LE(name.length, 28);
  central.writeUInt32LE(firstEntry.length, 42);
  const entries = Buffer.concat([firstEntry, local, Buffer.from(name), packed, Buffer.alloc(16)]);
  const directory = Buffer.concat([firstDirectory, central, Buffer.from(name)]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(2, 8);
  end.writeUInt16LE(2, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(entries.length, 16);
  const comment = Buffer.from('a comment');
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([entries, directory, end, comment]);
}

describe('zip', () => {
  it('reads what it wrote', () => {
    const archive = file('own.zip', zipOf('a/b.txt', Buffer.from('text')));
    expect(readZipEntry(archive, 'a/b.txt')?.toString()).toBe('text');
    expect(readZipEntry(archive, 'a/c.txt')).toBeUndefined();
  });

  it('reads a compressed entry among others', () => {
    const archive = file('packed.zip', compressedZip(MANIFEST, 'Main-Class: x\n'.repeat(50)));
    expect(readZipEntry(archive, MANIFEST)?.toString()).toBe('Main-Class: x\n'.repeat(50));
  });

  it.each([
    ['an empty file', ''],
    ['another kind of file', 'not an archive at all, but long enough to hold its end record'],
    ['a file that was cut off', zipOf('a', Buffer.from('text')).subarray(0, 40).toString('latin1')],
  ])('finds nothing in %s', (name, content) => {
    expect(readZipEntry(file(`${name}.zip`, Buffer.from(content, 'latin1')), 'a')).toBeUndefined();
  });

  it('gives the same bytes for the same content', () => {
    expect(zipOf('a', Buffer.from('text'))).toEqual(zipOf('a', Buffer.from('text')));
  });
});

describe('emulator wrapper', () => {
  it('names the emulator’s class where the jar does not', () => {
    const jar = jarWith('plain.jar', 'Manifest-Version: 1.0\r\nCreated-By: createjars\r\n\r\n');
    const wrapper = path.join(folder, 'wrapper.jar');
    writeEmulatorWrapper(jar, wrapper);

    expect(Object.fromEntries(readManifest(wrapper))).toEqual({
      'Manifest-Version': '1.0',
      'Main-Class': 'com.google.cloud.datastore.emulator.firestore.CloudFirestore',
      'Class-Path': `file://${jar}`,
    });
  });

  it('keeps what a jar says about its start', () => {
    const jar = jarWith(
      'with-main.jar',
      'Manifest-Version: 1.0\nMain-Class: org.example.Emul\n ator\nAdd-Opens: java.base/java.nio\n\nName: a\nMain-Class: no\n\n',
    );
    const wrapper = path.join(folder, 'wrapper-of-main.jar');
    writeEmulatorWrapper(jar, wrapper);

    const manifest = readManifest(wrapper);
    expect(manifest.get('Main-Class')).toBe('org.example.Emulator');
    expect(manifest.get('Add-Opens')).toBe('java.base/java.nio');
  });

  it('writes lines of at most 72 bytes, as Java wants them, for paths of any length', () => {
    const jar = jarWith(`${'long name with spaces '.repeat(8)}.jar`, '');
    const wrapper = path.join(folder, 'wrapper-of-long.jar');
    writeEmulatorWrapper(jar, wrapper);

    const lines = (readZipEntry(wrapper, MANIFEST)?.toString() ?? '').split('\r\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(70);
    expect(lines.slice(-2)).toEqual(['', '']);
    expect(readManifest(wrapper).get('Class-Path')).toBe(`file://${jar.replaceAll(' ', '%20')}`);
    expect(readFileSync(wrapper).length).toBeGreaterThan(0);
  });
});
