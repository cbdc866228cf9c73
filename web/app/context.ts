// What every view gets: the organization it shows, the API, texts, and the address with its filters.
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Api } from '../api/client.ts'
import type { Immutable } from '../api/read.ts'
import type { OrganizationList } from '../api/types.ts'
import type { Translate } from '../locale/i18n.ts'
import type { Subject } from './router.ts'

/** An organization as `GET /organizations` lists it. */
export type OrganizationInfo = Immutable<Pick<OrganizationList['data'][number], 'id' | 'name' | 'mayManage'>>

export type AppContext = {
  readonly api: Api
  readonly organization: OrganizationInfo
  readonly t: Translate
  /** The locale of dates and numbers: the page's language in the person's region (`en-GB`). */
  readonly language: string
  /** Goes to a path of this page. */
  go(path: string): void
  readonly query: URLSearchParams
  /** The incident that the address names. */
  readonly incidentId: string | null
  /** The person or thing that the address names. */
  readonly subject: Subject | null
  /** Changes parameters of the address; null and empty take one away. A step back in the history unless it is a replacement. */
  setQuery(changes: Readonly<Record<string, string | null>>, how?: 'push' | 'replace'): void
  /** Announces a text to screen readers. */
  announce(text: string): void
  /** Shows for a while what came of an action, and announces it. */
  say(text: string): void
  /** Unix time in milliseconds. */
  now(): number
}

export const AppScope = createContext<AppContext | null>(null)

/** The context of the app; throws outside of it. */
export function useApp(): AppContext {
  const app = useContext(AppScope)
  if (app === null) throw new Error('useApp outside of the app')
  return app
}
