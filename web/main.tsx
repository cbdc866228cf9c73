// Starts the page: reads the app's settings, signs in or finishes signing in, and renders.
import { render } from 'preact'
import { createApi } from './api/client.ts'
import { createConnectionStatus } from './api/connection-status.ts'
import { createRouter, type Router } from './app/router.ts'
import { App } from './frame/app.tsx'
import { createPreferences } from './frame/preferences.ts'
import { translator } from './locale/i18n.ts'
import { createSession, readConfig, type Session, SignInProblem, signedInPath } from './session/session.ts'
import type { SignInState } from './session/sign-in-page.tsx'

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
  if (!response.ok) throw new SignInProblem(`config.json: ${response.status}`)
  const config = readConfig(await response.json())
  const session = createSession({
    config,
    redirectUri: location.origin + signedInPath,
    storage: sessionStorage,
    leave: (url) => location.assign(url),
    now: Date.now,
  })
  await enter(session, config.version)
}

async function enter(session: Session, version: string): Promise<void> {
  let state: SignInState = { kind: 'signed-in' }
  const show = (next: SignInState) => {
    state = next
    renderPage()
  }
  const signIn = (returnTo = currentPath()) => {
    show({ kind: 'leaving' })
    session.signIn(returnTo).catch((error: unknown) => show({ kind: 'failed', reason: reasonOf(error) }))
  }
  const api = createApi({
    fetch: (path, init) => fetch(path, init),
    token: session.token,
    renew: (mayLeave) => {
      if (state.kind !== 'signed-in') return
      if (session.isNew()) show({ kind: 'refused' })
      else if (mayLeave) signIn()
      else show({ kind: 'signed-in', ended: true })
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
        api={api}
        connection={connection}
        router={router}
        preferences={preferences}
        signIn={signIn}
        signOut={signOut}
        version={version}
        userName={session.name()}
      />,
      root,
    )

  if (location.pathname !== signedInPath) return signIn()
  await finish(session, router).then(renderPage, (error: unknown) => {
    router.go('/app', 'replace')
    show({ kind: 'failed', reason: reasonOf(error) })
  })
}

async function finish(session: Session, { go }: Router): Promise<void> {
  go(await session.finish(new URL(location.href)), 'replace')
}

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
