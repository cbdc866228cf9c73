// The page while nobody is signed in: on the way to the issuer, after signing out, or after a failure.
import type { JSX } from 'preact'
import type { Translate } from '../locale/i18n.ts'
import type { SignInProblem } from './problem.ts'
import type { Prompt } from './session.ts'

/** `ended`: the token has expired or will not be renewed, while the page holds input that is not saved; with the app's reason if it has one. */
export type SignInState =
  | { readonly kind: 'signed-in'; readonly ended?: { readonly reason: string | null } }
  | { readonly kind: 'leaving' }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed'; readonly problem: SignInProblem }

type SignInPageProps = {
  readonly state: Exclude<SignInState, { readonly kind: 'signed-in' }>
  /** What an issuer is asked for when someone else is to sign in; null: it cannot be asked for that. */
  readonly otherPrompt: Prompt | null
  readonly t: Translate
  readonly signIn: (prompt?: Prompt) => void
}

export function SignInPage({ state, otherPrompt, t, signIn }: SignInPageProps): JSX.Element {
  const { title, text, detail } = messageOf(state, t)
  const isFailure = state.kind === 'failed' || state.kind === 'refused'
  const mayBeOther = isFailure && otherPrompt !== null
  const isOtherFirst = mayBeOther && state.kind === 'failed' && state.problem.kind === 'refused'
  const again = (
    <button type="button" class={isOtherFirst ? 'button' : 'button primary'} onClick={() => signIn()}>
      {isOtherFirst ? t('core.retry') : t('core.signIn.again')}
    </button>
  )
  return (
    <main class="sign-in-page">
      <p class="brand">{t('core.name')}</p>
      <h1>{title}</h1>
      <div role={isFailure ? 'alert' : undefined}>
        {text && <p>{text}</p>}
        {detail && <p class="detail">{detail}</p>}
      </div>
      {state.kind !== 'leaving' && (
        <div class="actions">
          {!isOtherFirst && again}
          {mayBeOther && (
            <button
              type="button"
              class={isOtherFirst ? 'button primary' : 'button'}
              onClick={() => signIn(otherPrompt ?? undefined)}
            >
              {t('core.signIn.asOther')}
            </button>
          )}
          {isOtherFirst && again}
        </div>
      )}
    </main>
  )
}

/** `detail`: the words of the issuer or the app. */
type Message = { readonly title: string; readonly text?: string; readonly detail?: string }

function messageOf(state: SignInPageProps['state'], t: Translate): Message {
  switch (state.kind) {
    case 'leaving':
      return { title: t('core.signIn.going') }
    case 'signed-out':
      return { title: t('core.signIn.signedOut'), text: t('core.signIn.signedOutText') }
    case 'refused':
      return { title: t('core.signIn.failed'), text: t('core.signIn.refused') }
    case 'failed':
      return failure(state.problem, t)
  }
}

function failure({ kind, message }: SignInProblem, t: Translate): Message {
  switch (kind) {
    case 'refused':
      return { title: t('core.signIn.notLetIn'), text: t('core.signIn.notLetInText'), detail: message }
    case 'issuer':
      return { title: t('core.signIn.failed'), text: t('core.signIn.failedText', { reason: message }) }
    case 'unreachable':
      return { title: t('core.signIn.failed'), text: t('core.signIn.unreachable'), detail: message }
    case 'incomplete':
      return { title: t('core.signIn.failed'), text: t('core.signIn.incomplete') }
  }
}
