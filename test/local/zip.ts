// Reads a zip as an unpacker does: by its central directory (APPNOTE 4.3.12), stored and deflated entries.
import { inflateRawSync } from 'node:zlib'

export type ZipEntry = { readonly name: string; readonly content: Buffer; readonly mode: number }

const endSignature = 0x06054b50
const endBytes = 22

/** All entries, in the directory's order; throws when the end of the directory is not where it is without a comment. */
export function readZip(zip: Buffer): readonly ZipEntry[] {
  const end = zip.length - endBytes
  if (zip.readUInt32LE(end) !== endSignature) throw new Error('no zip, or one with a comment')
  let at = zip.readUInt32LE(end + 16)
  return Array.from({ length: zip.readUInt16LE(end + 10) }, () => {
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset))
    const name = zip.toString('utf8', at + 46, at + 46 + (nameBytes ?? 0))
    const entry = { name, content: contentOf(zip, at), mode: zip.readUInt32LE(at + 38) >>> 16 }
    at += 46 + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0)
    return entry
  })
}

function contentOf(zip: Buffer, directoryAt: number): Buffer {
  const [method, packedBytes] = [zip.readUInt16LE(directoryAt + 10), zip.readUInt32LE(directoryAt + 20)]
  const headerAt = zip.readUInt32LE(directoryAt + 42)
  const start = headerAt + 30 + zip.readUInt16LE(headerAt + 26) + zip.readUInt16LE(headerAt + 28)
  const packed = zip.subarray(start, start + packedBytes)
  return method === 0 ? packed : inflateRawSync(packed)
}
