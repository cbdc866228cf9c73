// What the page is started with.
import type { Api } from '../api/client.ts'
import type { TroubleBoard } from '../api/connection-status.ts'
import type { Router } from '../app/router.ts'
import type { Language } from '../locale/i18n.ts'
import type { Door } from '../session/sign-in-page.tsx'
import type { Preferences } from './preferences.ts'

export type AppProps = {
  readonly door: Door
  readonly api: Api
  readonly board: TroubleBoard
  readonly router: Router
  readonly preferences: Preferences
  readonly userName: string | null
  readonly version: string
  signIn(returnTo?: string): void
  signOut(): Promise<void>
}

export type InsideProps = AppProps & {
  readonly ended: boolean
  readonly language: Language
  chooseLanguage(language: string): void
}
