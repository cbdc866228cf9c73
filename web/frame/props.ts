// The props of the page, before and after signing in.
import type { Api } from '../api/client.ts'
import type { ConnectionStatus } from '../api/connection-status.ts'
import type { Router } from '../app/router.ts'
import type { Language } from '../locale/i18n.ts'
import type { Prompt } from '../session/session.ts'
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
  /** What an issuer is asked for when someone else is to sign in. */
  readonly otherPrompt: Prompt | null
  /** Goes to the issuer, to come back to the current view. */
  signIn(prompt?: Prompt): void
  signOut(): Promise<void>
}

export type SignedInProps = AppProps & {
  /** That the sign-in has ended or soon will, while the page holds input that is not saved. */
  readonly ended: { readonly reason: string | null } | null
  readonly language: Language
  chooseLanguage(language: string): void
}
