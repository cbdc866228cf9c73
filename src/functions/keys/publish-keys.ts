// GET /.well-known/…: how to check the tokens that the app issues.
import type { SignInPorts } from '../../application/sign-in/sign-in.ts'
import { organizationScope, serverScope } from '../../domain/keys/token-requests.ts'
import { codeGrant, exchangeGrant } from '../../domain/sign-in/requests.ts'
import type { TokenIssuer } from '../../ports/tokens.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { ok } from '../http/responses.ts'

type Ports = { readonly issuer: TokenIssuer; readonly signIn?: Pick<SignInPorts, 'redeems'> | undefined }

/** GET /.well-known/openid-configuration: the issuer's metadata (RFC 8414 section 2). */
export const issuerMetadata = ({ issuer: { issuer, algorithm }, signIn }: Ports): Handler =>
  endpoint(async () =>
    ok({
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      token_endpoint: `${issuer}/connect/token`,
      grant_types_supported: [
        'client_credentials',
        ...(signIn ? [exchangeGrant] : []),
        ...(signIn?.redeems ? [codeGrant] : []),
      ],
      scopes_supported: [organizationScope, serverScope],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      response_types_supported: ['token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [algorithm],
    }),
  )

/** GET /.well-known/jwks.json: the public key. */
export const publicKeys = ({ issuer }: Ports): Handler => endpoint(async () => ok(await issuer.publicKeys()))
