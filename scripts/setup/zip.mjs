/**
 * As much of the ZIP format as jars need here: read one entry of an archive of any size, write an archive of one
 * uncompressed entry. (PKWARE's APPNOTE.TXT, sections 4.3.7 to 4.3.16.)
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32, inflateRawSync } from 'node:zlib';

const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_LENGTH = 30;
const CENTRAL_HEADER = 0x02014b50;
const CENTRAL_HEADER_LENGTH = 46;
const END_RECORD = 0x06054b50;
const END_RECORD_LENGTH = 22;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_LENGTH = 20;
const ZIP64_END_LENGTH = 56;
/** The end record is the last thing of an archive, but for a comment of at most this length. */
const LONGEST_COMMENT = 0xffff;
/** Stands for "see the 64-bit record". */
const IN_ZIP64 = 0xffffffff;
/** ZIP 2.0: plain files. */
const FORMAT_VERSION = 20;
const DEFLATED = 8;

/**
 * @param {string} archive a file
 * @param {string} name the entry's name
 * @returns {Buffer | undefined} its content; undefined when there is no such entry or the file is no archive
 */
export function readZipEntry(archive, name) {
  const file = openSync(archive, 'r');
  try {
    /** @param {number} offset @param {number} length */
    const read = (offset, length) => {
      const buffer = Buffer.alloc(length);
      return buffer.subarray(0, readSync(file, buffer, 0, length, offset));
    };
    const directory = readDirectory(read, fstatSync(file).size);
    const entry = directory && findEntry(directory, name);
    if (!entry) return undefined;
    const local = read(entry.offset, LOCAL_HEADER_LENGTH);
    if (local.length < LOCAL_HEADER_LENGTH || local.readUInt32LE(0) !== LOCAL_HEADER) return undefined;
    const content = entry.offset + LOCAL_HEADER_LENGTH + local.readUInt16LE(26) + local.readUInt16LE(28);
    const stored = read(content, entry.storedLength);
    return entry.method === DEFLATED ? inflateRawSync(stored) : stored;
  } finally {
    closeSync(file);
  }
}

/**
 * @param {(offset: number, length: number) => Buffer} read
 * @param {number} size
 * @returns {Buffer | undefined} the central directory
 */
function readDirectory(read, size) {
  const tailStart = Math.max(0, size - END_RECORD_LENGTH - LONGEST_COMMENT);
  const tail = read(tailStart, size - tailStart);
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(END_RECORD);
  const at = tail.lastIndexOf(signature);
  if (at < 0 || at + END_RECORD_LENGTH > tail.length) return undefined;
  const length = tail.readUInt32LE(at + 12);
  const offset = tail.readUInt32LE(at + 16);
  if (offset !== IN_ZIP64) return read(offset, length);

  const locator = tail.subarray(at - ZIP64_LOCATOR_LENGTH, at);
  if (locator.length < ZIP64_LOCATOR_LENGTH || locator.readUInt32LE(0) !== ZIP64_LOCATOR) return undefined;
  const end = read(Number(locator.readBigUInt64LE(8)), ZIP64_END_LENGTH);
  return read(Number(end.readBigUInt64LE(48)), Number(end.readBigUInt64LE(40)));
}

/**
 * @param {Buffer} directory
 * @param {string} name
 */
function findEntry(directory, name) {
  let at = 0;
  while (at + CENTRAL_HEADER_LENGTH <= directory.length && directory.readUInt32LE(at) === CENTRAL_HEADER) {
    const nameStart = at + CENTRAL_HEADER_LENGTH;
    const nameEnd = nameStart + directory.readUInt16LE(at + 28);
    if (directory.toString('utf8', nameStart, nameEnd) === name) {
      return {
        method: directory.readUInt16LE(at + 10),
        storedLength: directory.readUInt32LE(at + 20),
        offset: directory.readUInt32LE(at + 42),
      };
    }
    at = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return undefined;
}

/**
 * @param {string} name ASCII
 * @param {Buffer} content
 * @returns {Buffer} an archive that holds this one entry, uncompressed
 */
export function zipOf(name, content) {
  const nameBytes = Buffer.from(name);
  // The fields that both headers share, from "version needed" to "extra field length"; the time stays zero so that
  // the same input gives the same bytes.
  const common = Buffer.alloc(26);
  common.writeUInt16LE(FORMAT_VERSION, 0);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(content.length, 14);
  common.writeUInt32LE(content.length, 18);
  common.writeUInt16LE(nameBytes.length, 22);

  const local = Buffer.alloc(4);
  local.writeUInt32LE(LOCAL_HEADER);
  const entry = Buffer.concat([local, common, nameBytes, content]);

  const central = Buffer.alloc(6);
  central.writeUInt32LE(CENTRAL_HEADER, 0);
  central.writeUInt16LE(FORMAT_VERSION, 4);
  // comment, disk, attributes and the entry's offset: all zero
  const directory = Buffer.concat([central, common, Buffer.alloc(14), nameBytes]);

  const end = Buffer.alloc(END_RECORD_LENGTH);
  end.writeUInt32LE(END_RECORD, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(entry.length, 16);
  return Buffer.concat([entry, directory, end]);
}
