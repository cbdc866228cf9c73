// Starts the page: reads the app's settings, signs in or finishes signing in, and renders.
import { render } from 'preact'
import { createApi } from './api/client.ts'
import { createConnectionStatus } from './api/connection-status.ts'
import { createRouter, type Router } from './app/router.ts'
import { App } from './frame/app.tsx'
import { createPreferences } from './frame/preferences.ts'
import { translator } from './locale/i18n.ts'
import { type Config, readConfig } from './session/config.ts'
import { SignInProblem } from './session/problem.ts'
import { createSession, type Prompt, type Session, signedInPath } from './session/session.ts'
import type { SignInState } from './session/sign-in-page.tsx'
import { browserTabs } from './session/tabs.ts'

const root = document.getElementById('app') ?? document.body
const preferences = createPreferences(storageOrNull(), document.documentElement, navigator.languages)
const router = createRouter(window)
const connection = createConnectionStatus({
  set: (run, ms) => window.setTimeout(run, ms),
  clear: (timer) => window.clearTimeout(timer),
})

/** Storage may be switched off in a browser; the page works without. */
function storageOrNull(): Storage | null {
  try {
    return window.localStorage
  } catch {
    return null
  }
}

const currentPath = () => location.pathname + location.search

async function start(): Promise<void> {
  const t = translator(preferences.language())
  render(<p class="starting">{t('core.loading')}</p>, root)
  const response = await fetch('/app/config.json')
  if (!response.ok) throw new Error(`config.json: ${response.status}`)
  enter(readConfig(await response.json()))
}

/** Signs in, or finishes signing in, and shows the page. */
function enter(config: Config): void {
  let state: SignInState = { kind: 'signed-in' }
  const show = (next: SignInState) => {
    state = next
    // Not at once: a view that is being rendered may have asked.
    queueMicrotask(renderPage)
  }
  const session = createSession({
    config,
    redirectUri: location.origin + signedInPath,
    storage: sessionStorage,
    tabs: browserTabs(),
    // In place of the page that needs a token, as it is when the issuer leads back: Back never leads into signing in.
    leave: (url) => location.replace(url),
    onEnding: (reason) => {
      if (state.kind === 'signed-in') show({ kind: 'signed-in', ...(reason !== null && { ended: { reason } }) })
    },
    now: Date.now,
    set: (run, ms) => window.setTimeout(run, ms),
    clear: (timer) => window.clearTimeout(timer),
  })
  const signIn = (prompt?: Prompt) => {
    show({ kind: 'leaving' })
    session.signIn(currentPath(), prompt).catch((error: unknown) => show(failed(error)))
  }
  const api = createApi({
    fetch: (path, init) => fetch(path, init),
    token: session.token,
    renew: (mayLeave) => {
      if (state.kind !== 'signed-in') return
      if (session.isNew()) show({ kind: 'refused' })
      else if (mayLeave && session.ending() === null) signIn()
      else show({ kind: 'signed-in', ended: { reason: session.ending() } })
    },
    onOutage: connection.report,
    pause: connection.pause,
  })
  const signOut = async () => {
    const issuerEnds = await session.signOut()
    if (issuerEnds === null) show({ kind: 'signed-out' })
    else location.assign(issuerEnds)
  }
  const renderPage = () =>
    render(
      <App
        signInState={state}
        otherPrompt={session.otherPrompt()}
        api={api}
        connection={connection}
        router={router}
        preferences={preferences}
        signIn={signIn}
        signOut={signOut}
        version={config.version}
        userName={session.name()}
      />,
      root,
    )

  if (location.pathname !== signedInPath) {
    signIn()
    return
  }
  const failedToFinish = (error: unknown) => {
    router.go('/app', 'replace')
    show(failed(error))
  }
  finish(session, router).then((isDone) => show({ kind: isDone ? 'signed-in' : 'leaving' }), failedToFinish)
}

/** Whether the person is signed in now, or on the way to the issuer again. The code must not stay in the address, however this ends. */
async function finish(session: Session, { go }: Router): Promise<boolean> {
  const redirected = new URL(location.href)
  go(signedInPath, 'replace')
  const path = await session.finish(redirected)
  if (path !== null) go(path, 'replace')
  return path !== null
}

const failed = (error: unknown): SignInState => ({
  kind: 'failed',
  problem: error instanceof SignInProblem ? error : new SignInProblem('unreachable', reasonOf(error)),
})

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

// Back from the issuer by the browser's button, the page is as it was left: it must start again.
window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload())

start().catch((error: unknown) => {
  const t = translator(preferences.language())
  render(
    <main class="sign-in-page">
      <h1>{t('core.name')}</h1>
      <p role="alert">{t('core.problem.unreachable')}</p>
      <p>{reasonOf(error)}</p>
      <button type="button" class="button primary" onClick={() => location.reload()}>
        {t('core.retry')}
      </button>
    </main>,
    root,
  )
})
