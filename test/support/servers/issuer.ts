// An issuer of tokens for tests: discovery and keys on a free port, and any claims signed.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

export type Issuer = {
  readonly url: string
  /** A token as the reference's servers write them, an hour long; `claims` and `header` go over that. */
  readonly sign: (claims: JWTPayload, header?: { alg?: string; typ?: string; kid?: string }) => Promise<string>
  /** A token that another key signed, under this issuer's name and key id. */
  readonly forge: (claims: JWTPayload) => Promise<string>
  readonly stop: () => Promise<void>
}

/** Starts an issuer. */
export async function startIssuer(): Promise<Issuer> {
  const kid = 'test-key'
  const [genuine, foreign] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')])
  const jwk = { ...(await exportJWK(genuine.publicKey)), kid, use: 'sig' }
  const server = createServer((request, response) => {
    const documents: Record<string, unknown> = {
      '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/jwks` },
      '/jwks': { keys: [jwk] },
    }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(documents[request.url ?? ''] ?? null))
  })
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`

  const signWith =
    (key: CryptoKey) =>
    async (claims: JWTPayload, header: object = {}) => {
      const seconds = Math.floor(Date.now() / 1_000)
      return new SignJWT({ iss: url, nbf: seconds, iat: seconds, exp: seconds + 3_600, ...claims })
        .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid, ...header })
        .sign(key)
    }
  return {
    url,
    sign: signWith(genuine.privateKey),
    forge: signWith(foreign.privateKey),
    stop: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
