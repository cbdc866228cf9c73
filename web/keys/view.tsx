// The API keys of an organization, with which SIEM connectors read its log.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import { ViewHeading } from '../ui/index.ts'
import { Keys } from './keys.tsx'

/** Shows the keys. */
export function KeysView(): JSX.Element {
  const { organization, t } = useApp()
  return (
    <>
      <ViewHeading title={t('keys.title')} />
      <p class="lead">{t('keys.lead')}</p>
      <Keys path={`/organizations/${organization.id}/api-keys`} caption={t('keys.title')} />
    </>
  )
}
