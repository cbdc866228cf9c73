// The props of the page, before and after signing in.
import type { Api } from '../api/client.ts'
import type { ConnectionStatus } from '../api/connection-status.ts'
import type { Router } from '../app/router.ts'
import type { Language } from '../locale/i18n.ts'
import type { SignInState } from '../session/sign-in-page.tsx'
import type { Preferences } from './preferences.ts'

export type AppProps = {
  readonly signInState: SignInState
  readonly api: Api
  readonly connection: ConnectionStatus
  readonly router: Router
  readonly preferences: Preferences
  readonly userName: string | null
  readonly version: string
  signIn(returnTo?: string): void
  signOut(): Promise<void>
}

export type SignedInProps = AppProps & {
  /** Whether the sign-in has ended while the page holds input that is not saved. */
  readonly ended: boolean
  readonly language: Language
  chooseLanguage(language: string): void
}
