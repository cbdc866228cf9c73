// A target with its secrets in clear, as a message is built for it: it lives only while a message is sent. Pure.
import type { Instant } from '../../instant.ts'
import type { ClearSecrets, datadogSites, Target } from './targets.ts'

/** `secrets` of a webhook: those that sign, the newest first. */
export type OpenTarget =
  | { readonly kind: 'slack-webhook'; readonly url: string }
  | { readonly kind: 'slack-bot'; readonly token: string; readonly channel: string }
  | { readonly kind: 'teams'; readonly url: string }
  | { readonly kind: 'webhook'; readonly url: string; readonly secrets: readonly string[]; readonly batch: boolean }
  | {
      readonly kind: 'hec'
      readonly url: string
      readonly token: string
      readonly index: string | null
      readonly source: string | null
    }
  | {
      readonly kind: 'datadog'
      readonly site: (typeof datadogSites)[number]
      readonly apiKey: string
      readonly service: string | null
      readonly tags: readonly string[]
    }

/** The target with these secrets, at `now`; undefined when one that it needs is missing. */
export function openTarget(target: Target, secrets: ClearSecrets, now: Instant): OpenTarget | undefined {
  const { url, token, secret, previousSecret, apiKey } = secrets
  switch (target.kind) {
    case 'slack-webhook':
    case 'teams':
      return url === undefined ? undefined : { kind: target.kind, url }
    case 'slack-bot':
      return token === undefined ? undefined : { kind: 'slack-bot', token, channel: target.channel }
    case 'webhook': {
      if (url === undefined || secret === undefined) return undefined
      const { batch, previousSecretUntil } = target
      const both = previousSecret !== undefined && previousSecretUntil !== null && now < previousSecretUntil
      return { kind: 'webhook', url, batch, secrets: both ? [secret, previousSecret] : [secret] }
    }
    case 'hec': {
      if (url === undefined || token === undefined) return undefined
      return { kind: 'hec', url, token, index: target.index, source: target.source }
    }
    case 'datadog': {
      if (apiKey === undefined) return undefined
      return { kind: 'datadog', site: target.site, apiKey, service: target.service, tags: target.tags }
    }
  }
}
