// The client id and secret of a key, shown once.
import type { JSX } from 'preact'
import { useApp } from '../app/context.ts'
import { isolated } from '../locale/formats.ts'
import { ShownOnce } from '../ui/index.ts'
import type { Credentials } from './key.ts'

/** Shows them, each to be copied. */
export function ShownCredentials({
  credentials: { name, clientId, clientSecret },
  onClose,
}: {
  readonly credentials: Credentials
  readonly onClose: () => void
}): JSX.Element {
  const { t } = useApp()
  return (
    <ShownOnce
      title={t('keys.shown.title')}
      text={t('keys.shown.text', { name: isolated(name) })}
      values={[
        { name: t('keys.shown.clientId'), value: clientId },
        { name: t('keys.shown.clientSecret'), value: clientSecret },
      ]}
      onClose={onClose}
    />
  )
}
