// The settings that a local app runs with. What the environment sets wins, but for the storage: demo data goes into no real account.

import { olga } from '../demo/people/people.ts'

/** The id of the page as a client of the local identity server, which knows any. */
const pageClientId = 'keytrail'

type LocalSettings = {
  readonly connectionString: string
  /** The local identity server's; undefined when the environment names an issuer of its own. */
  readonly issuer: string | undefined
  /** Where people sign in at the page, unless the environment names a place; absent: where the vault's tokens come from. */
  readonly signInIssuer?: string | undefined
  /** What the app signs tokens for API keys with, as which issuer; absent: API keys are switched off. */
  readonly issuedTokens?: { readonly issuer: string; readonly signingKey: string }
  /** The keys that the secrets of integrations are sealed with; absent: integrations are switched off. */
  readonly secretKeys?: string
  /** Where the app is; absent: notifications have no links. */
  readonly appUrl?: string
}

/** All settings that differ from the app's own defaults; the rest of the environment reaches the app as it is. */
export function appSettings(local: LocalSettings, env: NodeJS.ProcessEnv) {
  const { connectionString, issuer, signInIssuer, issuedTokens, secretKeys, appUrl } = local
  const defaults = {
    FUNCTIONS_WORKER_RUNTIME: 'node',
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    CORS_ORIGINS: 'http://localhost:8080,http://127.0.0.1:8080',
    TRUSTED_PROXIES: '1',
    ALERT_SCHEDULE: '*/5 * * * * *',
    ...(issuer !== undefined && { AUTH_ISSUER: issuer }),
    ...(signInIssuer !== undefined &&
      !env.SIGN_IN_ISSUER && {
        SIGN_IN_ISSUER: signInIssuer,
        SIGN_IN_CLIENT_ID: pageClientId,
        OPERATORS: olga.email,
      }),
    ...(issuedTokens !== undefined && {
      TOKEN_ISSUER: issuedTokens.issuer,
      TOKEN_SIGNING_KEY: issuedTokens.signingKey,
    }),
    ...(secretKeys !== undefined && { SECRET_KEYS: secretKeys }),
    ...(appUrl !== undefined && { APP_URL: appUrl }),
  }
  const chosen = Object.entries(defaults).map(([name, value]) => [name, env[name] || value] as const)
  return { ...Object.fromEntries(chosen), AzureWebJobsStorage: connectionString, EventsStorage: connectionString }
}
