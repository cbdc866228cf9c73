// Which signatures of identity providers are taken. Pure.

/** Signatures by private key only: the public key is no use for forging one. Names of RFC 7518, RFC 8037 and RFC 9864. */
export const signatureAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]
