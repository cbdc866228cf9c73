// A certificate for servers of a test, made on the spot: self-signed, P-256, valid from 2020 to 2049 (RFC 5280 section 4.1).
import { generateKeyPairSync, sign } from 'node:crypto'

/** PEM texts of a key and its certificate for these names. */
export function certificateFor(...names: readonly string[]): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ecdsaWithSha256 = sequence(hex('06082a8648ce3d040302'))
  const commonName = sequence(der(0x31, sequence(hex('0603550403'), der(0x0c, Buffer.from('test')))))
  const altNames = sequence(...names.map((name) => der(0x82, Buffer.from(name))))
  const content = sequence(
    der(0xa0, hex('020102')),
    hex('020101'),
    ecdsaWithSha256,
    commonName,
    sequence(der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('490101000000Z'))),
    commonName,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(sequence(hex('0603551d11'), der(0x04, altNames)))),
  )
  const signature = der(0x03, Buffer.concat([hex('00'), sign('sha256', content, privateKey)]))
  const base64 = sequence(content, ecdsaWithSha256, signature).toString('base64').replace(/.{64}/g, '$&\n')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
  }
}

/** One value in DER: tag, length, content. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const lengths = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...lengths]), content])
}

const sequence = (...parts: readonly Buffer[]) => der(0x30, Buffer.concat(parts))
const hex = (digits: string) => Buffer.from(digits, 'hex')
