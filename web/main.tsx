// Starts the page: reads the app's settings, signs in or finishes signing in, and renders into the document.
import { render } from 'preact'
import { createApi } from './api/client.ts'
import { createTroubleBoard } from './api/connection-status.ts'
import { createRouter, type Router } from './app/router.ts'
import { App } from './frame/app.tsx'
import { createPreferences } from './frame/preferences.ts'
import { translator } from './locale/i18n.ts'
import { createSession, readConfig, type Session, SignInProblem, signedInPath } from './session/session.ts'
import type { Door } from './session/sign-in-page.tsx'

const root = document.getElementById('app') ?? document.body
const preferences = createPreferences(keptBy(), document.documentElement, navigator.languages)
const router = createRouter(window)
const board = createTroubleBoard({
  set: (run, ms) => window.setTimeout(run, ms),
  clear: (timer) => window.clearTimeout(timer),
})

/** Storage may be switched off in a browser; the page works without. */
function keptBy(): Storage | null {
  try {
    return window.localStorage
  } catch {
    return null
  }
}

const whereWeAre = () => location.pathname + location.search

async function start(): Promise<void> {
  const t = translator(preferences.language())
  render(<p class="starting">{t('core.loading')}</p>, root)
  const answer = await fetch('/app/config.json')
  if (!answer.ok) throw new SignInProblem(`config.json: ${answer.status}`)
  const config = readConfig(await answer.json())
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
  let door: Door = { kind: 'in' }
  const show = (next: Door) => {
    door = next
    draw()
  }
  const signIn = (returnTo = whereWeAre()) => {
    show({ kind: 'leaving' })
    session.signIn(returnTo).catch((error: unknown) => show({ kind: 'failed', reason: reasonOf(error) }))
  }
  const api = createApi({
    fetch: (path, init) => fetch(path, init),
    token: session.token,
    renew: (mayLeave) => {
      if (door.kind !== 'in') return
      if (session.isNew()) show({ kind: 'refused' })
      else if (mayLeave) signIn()
      else show({ kind: 'in', ended: true })
    },
    onTrouble: board.tell,
    pause: board.pause,
  })
  const signOut = async () => {
    const issuerEnds = await session.signOut()
    if (issuerEnds === null) show({ kind: 'signed-out' })
    else location.assign(issuerEnds)
  }
  const draw = () =>
    render(
      <App
        door={door}
        api={api}
        board={board}
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
  await finish(session, router).then(draw, (error: unknown) => {
    router.go('/app', 'replace')
    show({ kind: 'failed', reason: reasonOf(error) })
  })
}

async function finish(session: Session, { go }: Router): Promise<void> {
  go(await session.finish(new URL(location.href)), 'replace')
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

// Coming back from the issuer with the browser's button shows the page as it was left: it has to begin anew.
window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload())

start().catch((error: unknown) => {
  const t = translator(preferences.language())
  render(
    <main class="door">
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
