// The page while nobody is signed in: on the way to the issuer, after signing out, or after a failure.
import type { JSX } from 'preact'
import type { Translate } from '../locale/i18n.ts'

/** `ended`: the token expired while the page holds input that is not saved. */
export type SignInState =
  | { readonly kind: 'signed-in'; readonly ended?: boolean }
  | { readonly kind: 'leaving' }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed'; readonly reason: string }

type SignInPageProps = {
  readonly state: Exclude<SignInState, { readonly kind: 'signed-in' }>
  readonly t: Translate
  readonly signIn: () => void
}

export function SignInPage({ state, t, signIn }: SignInPageProps): JSX.Element {
  const { title, text } = messageOf(state, t)
  return (
    <main class="sign-in-page">
      <p class="brand">{t('core.name')}</p>
      <h1>{title}</h1>
      {text && <p role={state.kind === 'signed-out' ? undefined : 'alert'}>{text}</p>}
      {state.kind !== 'leaving' && (
        <button type="button" class="button primary" onClick={() => signIn()}>
          {t('core.signIn.again')}
        </button>
      )}
    </main>
  )
}

function messageOf(state: SignInPageProps['state'], t: Translate): { readonly title: string; readonly text?: string } {
  switch (state.kind) {
    case 'leaving':
      return { title: t('core.signIn.going') }
    case 'signed-out':
      return { title: t('core.signIn.signedOut'), text: t('core.signIn.signedOutText') }
    case 'refused':
      return { title: t('core.signIn.failed'), text: t('core.signIn.refused') }
    case 'failed':
      return {
        title: t('core.signIn.failed'),
        text: state.reason === '' ? t('core.signIn.incomplete') : t('core.signIn.failedText', { reason: state.reason }),
      }
  }
}
