// Sources as the page holds them, and how they are read from responses of the API.
import {
  boolean,
  type Immutable,
  list,
  number,
  numberOrNull,
  oneOf,
  record,
  recordOrNull,
  text,
  textOrNull,
} from '../api/read.ts'
import type * as Api from '../api/types.ts'

export const regions = ['us', 'eu', 'self-hosted'] as const satisfies readonly Region[]
export type Region = Api.Source['region']

export const statuses = ['new', 'history', 'current', 'failing', 'paused'] as const satisfies readonly Status[]
export type Status = Api.Source['status']

/** One source; `directory` and `lastError` are null before the first. */
export type Source = Immutable<
  Pick<
    Api.Source,
    | 'id'
    | 'name'
    | 'region'
    | 'apiUrl'
    | 'clientId'
    | 'paused'
    | 'status'
    | 'message'
    | 'lastPullAt'
    | 'nextPullAt'
    | 'lagSeconds'
    | 'eventsPulled'
    | 'requestsToday'
    | 'requestsYesterday'
    | 'history'
    | 'directory'
  > & { lastError: Pick<NonNullable<Api.Source['lastError']>, 'at' | 'message'> | null }
>

/** Every source of an organization. */
export const readSources = (json: unknown): readonly Source[] => list(record<Api.SourceList>(json), 'data', readSource)

/** One source. */
export function readSource(json: unknown): Source {
  const from = record<Api.Source>(json)
  return {
    id: text(from, 'id'),
    name: text(from, 'name'),
    region: oneOf(from, 'region', regions),
    apiUrl: text(from, 'apiUrl'),
    clientId: text(from, 'clientId'),
    paused: boolean(from, 'paused'),
    status: oneOf(from, 'status', statuses),
    message: text(from, 'message'),
    lastPullAt: textOrNull(from, 'lastPullAt'),
    nextPullAt: textOrNull(from, 'nextPullAt'),
    lagSeconds: numberOrNull(from, 'lagSeconds'),
    eventsPulled: number(from, 'eventsPulled'),
    requestsToday: number(from, 'requestsToday'),
    requestsYesterday: number(from, 'requestsYesterday'),
    history: readHistory(from.history),
    directory: readDirectory(from.directory),
    lastError: readError(from.lastError),
  }
}

function readHistory(json: unknown): Source['history'] {
  const from = record<Source['history']>(json)
  return {
    done: boolean(from, 'done'),
    reachedBack: textOrNull(from, 'reachedBack'),
    events: number(from, 'events'),
  }
}

function readDirectory(json: unknown): Source['directory'] {
  const from = recordOrNull<NonNullable<Source['directory']>>(json)
  if (from === null) return null
  return {
    pulledAt: text(from, 'pulledAt'),
    members: number(from, 'members'),
    groups: number(from, 'groups'),
    collections: number(from, 'collections'),
    policies: number(from, 'policies'),
  }
}

function readError(json: unknown): Source['lastError'] {
  const from = recordOrNull<NonNullable<Source['lastError']>>(json)
  return from && { at: text(from, 'at'), message: text(from, 'message') }
}

/** What came of trying a source that is not saved. */
export const readCheck = (json: unknown): { readonly ok: boolean; readonly message: string } => {
  const from = record<Api.SourceCheck>(json)
  return { ok: boolean(from, 'ok'), message: text(from, 'message') }
}
