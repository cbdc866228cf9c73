// The page while nobody is signed in: on the way to the issuer, after it, or when that went wrong.
import type { JSX } from 'preact'
import type { Translate } from '../locale/i18n.ts'

/** Whether somebody is in; `ended` while what was being sent came too late for the token. */
export type Door =
  | { readonly kind: 'in'; readonly ended?: boolean }
  | { readonly kind: 'leaving' }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed'; readonly reason: string }

type DoorPageProps = {
  readonly door: Exclude<Door, { readonly kind: 'in' }>
  readonly t: Translate
  readonly signIn: () => void
}

export function DoorPage({ door, t, signIn }: DoorPageProps): JSX.Element {
  const { title, text } = wordsOf(door, t)
  return (
    <main class="door">
      <p class="brand">{t('core.name')}</p>
      <h1>{title}</h1>
      {text && <p role={door.kind === 'signed-out' ? undefined : 'alert'}>{text}</p>}
      {door.kind !== 'leaving' && (
        <button type="button" class="button primary" onClick={() => signIn()}>
          {t('core.signIn.again')}
        </button>
      )}
    </main>
  )
}

function wordsOf(door: DoorPageProps['door'], t: Translate): { readonly title: string; readonly text?: string } {
  switch (door.kind) {
    case 'leaving':
      return { title: t('core.signIn.going') }
    case 'signed-out':
      return { title: t('core.signIn.signedOut'), text: t('core.signIn.signedOutText') }
    case 'refused':
      return { title: t('core.signIn.failed'), text: t('core.signIn.refused') }
    case 'failed':
      return {
        title: t('core.signIn.failed'),
        text: door.reason === '' ? t('core.signIn.incomplete') : t('core.signIn.failedText', { reason: door.reason }),
      }
  }
}
