// A source as it is typed, and as the API takes it. Pure.
import type { Region, Source } from './source.ts'

export type Draft = {
  readonly name: string
  readonly region: Region
  /** Where a self-hosted server is; unused for the others. */
  readonly url: string
  /** Empty for a source that keeps its key. */
  readonly clientSecret: string
}

/** The draft of a new source. */
export const newDraft: Draft = { name: 'Bitwarden', region: 'us', url: '', clientSecret: '' }

/** A known source as a draft; its key is nowhere on the page. */
export const draftOf = ({ name, region, apiUrl }: Source): Draft => ({
  name,
  region,
  url: region === 'self-hosted' ? apiUrl.replace(/\/api$/, '') : '',
  clientSecret: '',
})

/** The client id of an organization's key: the reference makes it so. */
export const clientIdOf = (organizationId: string): string => `organization.${organizationId}`

/** The body that makes a source of this organization. */
export const bodyOf = (draft: Draft, organizationId: string) => ({
  kind: 'bitwarden-api',
  clientId: clientIdOf(organizationId),
  ...changesOf(draft),
})

/** The body that changes a source: an empty key stays as it is. */
export const changesOf = ({ name, region, url, clientSecret }: Draft) => ({
  name: name.trim(),
  region,
  ...(region === 'self-hosted' && { url: url.trim() }),
  ...(clientSecret.trim() !== '' && { clientSecret: clientSecret.trim() }),
})

/** The fields that are empty and must not be. The key of `known` stays where it is: another server needs it entered again. */
export function missingIn(draft: Draft, known: Source | null): readonly (keyof Draft)[] {
  const { name, region, url, clientSecret } = draft
  const needsKey = known === null || isElsewhere(draft, known)
  return [
    ...(name.trim() === '' ? (['name'] as const) : []),
    ...(region === 'self-hosted' && url.trim() === '' ? (['url'] as const) : []),
    ...(needsKey && clientSecret.trim() === '' ? (['clientSecret'] as const) : []),
  ]
}

/** Whether the draft leads to another server than this source. */
function isElsewhere({ region, url }: Draft, known: Source): boolean {
  const { region: before, url: urlBefore } = draftOf(known)
  return region !== before || (region === 'self-hosted' && url.trim().replace(/\/+$/, '') !== urlBefore)
}
