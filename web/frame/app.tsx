// The page: the view that the address names, for its organization, in the frame.
import type { JSX } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { AlertsView } from '../alerts/view.tsx'
import type { Api } from '../api/client.ts'
import { boolean, list, record, text, textOrNull } from '../api/read.ts'
import type { Caller, OrganizationList } from '../api/types.ts'
import { useLoad } from '../api/use-load.ts'
import { type AppContext, AppScope, type OrganizationInfo, useApp } from '../app/context.ts'
import {
  operationsPath,
  type PageAddress,
  type Place,
  pathTo,
  routeOf,
  type Subject,
  type ViewName,
} from '../app/router.ts'
import { EventsView } from '../events/view.tsx'
import { IncidentsView } from '../incidents/view.tsx'
import { IntegrationsView } from '../integrations/view.tsx'
import { KeysView } from '../keys/view.tsx'
import { type Language, localeOf, translator } from '../locale/i18n.ts'
import { OperationsView } from '../operations/view.tsx'
import { OverviewView } from '../overview/view.tsx'
import { PeopleView } from '../people/view.tsx'
import { RulesView } from '../rules/view.tsx'
import { SignInPage } from '../session/sign-in-page.tsx'
import { SourcesView } from '../sources/view.tsx'
import { Empty, Link, ProblemNotice, Spinner, ViewHeading } from '../ui/index.ts'
import { Banner, Frame } from './frame.tsx'
import type { AppProps, SignedInProps } from './props.ts'
import { useAddress, useAnnouncements, useFocusOnArrival, useMessages } from './use-frame.ts'
import { useOperatedName } from './use-operated-name.ts'

const views: Readonly<Record<ViewName, () => JSX.Element>> = {
  overview: OverviewView,
  events: EventsView,
  people: PeopleView,
  incidents: IncidentsView,
  alerts: AlertsView,
  rules: RulesView,
  integrations: IntegrationsView,
  sources: SourcesView,
  keys: KeysView,
}

/** The views for owners and admins only. */
const managed: ReadonlySet<ViewName> = new Set(['incidents', 'alerts', 'rules', 'integrations', 'sources', 'keys'])

export function App(props: AppProps): JSX.Element {
  const [language, setLanguage] = useState<Language>(props.preferences.language())
  const t = useMemo(() => translator(language), [language])
  const { signInState } = props
  if (signInState.kind !== 'signed-in') {
    return <SignInPage state={signInState} otherPrompt={props.otherPrompt} t={t} signIn={props.signIn} />
  }
  const chooseLanguage = (chosen: string) => {
    props.preferences.setLanguage(chosen)
    setLanguage(props.preferences.language())
  }
  return <SignedIn {...props} ended={signInState.ended ?? null} language={language} chooseLanguage={chooseLanguage} />
}

const noOrganization: OrganizationInfo = { id: '', name: null, mayManage: false }

function SignedIn(props: SignedInProps): JSX.Element {
  const { api, router } = props
  const t = useMemo(() => translator(props.language), [props.language])
  const language = useMemo(() => localeOf(props.language, navigator.languages), [props.language])
  const address = useAddress(router)
  const [announced, announce] = useAnnouncements()
  const [said, say] = useMessages()
  const loaded = useLoad((signal) => loadRights(api, signal), [api])
  const rights = loaded.value
  const { organization: named, view, incidentId, subject } = useMemo(() => namedBy(address, rights), [address, rights])
  const operatedName = useOperatedName(api, named.name === null && rights?.isOperator ? named.id : '')
  const organization = useMemo(
    () => ({ id: named.id, name: named.name ?? operatedName, mayManage: named.mayManage }),
    [named.id, named.name, operatedName, named.mayManage],
  )

  useEffect(() => {
    if (!rights || routeOf(address.path).kind !== 'home') return
    const [first] = rights.organizations
    if (first) router.go(pathTo(first.id, first.mayManage ? 'overview' : 'events'), 'replace')
    else if (rights.isOperator) router.go(operationsPath, 'replace')
  }, [address, rights, router])
  useFocusOnArrival(view === null ? null : `${organization.id} ${view}`)
  useEffect(() => {
    document.title = view === null ? t('core.name') : `${t(`core.views.${view}`)} – ${t('core.name')}`
  }, [view, t])

  const app: AppContext = useMemo(
    () => ({
      api,
      organization,
      t,
      language,
      announce,
      say,
      query: address.query,
      incidentId,
      subject,
      go: (path) => router.go(path),
      setQuery: router.setQuery,
      now: Date.now,
    }),
    [api, organization, t, language, announce, say, address, incidentId, subject, router],
  )
  return (
    <AppScope.Provider value={app}>
      <Frame
        {...props}
        organizations={rights?.organizations ?? []}
        view={view}
        isOperator={rights?.isOperator ?? false}
        may={(each) => rights !== undefined && mayOpen(each, organization, rights)}
      >
        <Banner connection={props.connection} ended={props.ended} signIn={() => props.signIn()} />
        {rights === undefined && loaded.problem && <ProblemNotice problem={loaded.problem} onRetry={loaded.reload} />}
        {rights === undefined && !loaded.problem && <Spinner label={t('core.loading')} />}
        {rights && <Shown rights={rights} address={address} view={view} />}
      </Frame>
      <p class="unseen" role="status" aria-live="polite">
        {announced}
      </p>
      <p class="said" role="status" aria-live="polite">
        {said}
      </p>
    </AppScope.Provider>
  )
}

/** What the caller may see: the organizations whose log, and whether all of the deployment. */
type Rights = { readonly organizations: readonly OrganizationInfo[]; readonly isOperator: boolean }

async function loadRights(api: Api, signal: AbortSignal): Promise<Rights> {
  const [organizations, isOperator] = await Promise.all([
    api.get('/organizations', readOrganizations, signal),
    api.get('/me', (json) => boolean(record<Caller>(json), 'isOperator'), signal),
  ])
  return { organizations, isOperator }
}

/** Whether this view of this organization is for the caller. Operators connect sources everywhere, and read no log. */
function mayOpen(view: ViewName, { id, mayManage }: OrganizationInfo, { organizations, isOperator }: Rights): boolean {
  if (view === 'sources' && isOperator && id !== noOrganization.id) return true
  return organizations.some((each) => each.id === id) && (mayManage || !managed.has(view))
}

/** The view that the address names, or the reason why there is none. */
function Shown({
  rights,
  address,
  view,
}: {
  readonly rights: Rights
  readonly address: PageAddress
  readonly view: Place | null
}): JSX.Element {
  const { t, organization } = useApp()
  const [first] = rights.organizations
  if (view === 'operations') return <OperationsView />
  if (view === null) {
    const isHome = routeOf(address.path).kind === 'home'
    if (isHome && (first || rights.isOperator)) return <Spinner label={t('core.loading')} />
    const key = first === undefined ? 'noOrganization' : 'notFound'
    return (
      <>
        <ViewHeading title={t(`core.${key}.title`)} />
        <Empty text={t(`core.${key}.text`)}>
          {first && <Link to={pathTo(first.id, 'events')}>{t('core.notFound.back')}</Link>}
        </Empty>
      </>
    )
  }
  if (!mayOpen(view, organization, rights)) {
    return (
      <>
        <ViewHeading title={t(`core.views.${view}`)} />
        <Empty text={t('core.notAllowed')} />
      </>
    )
  }
  const View = views[view]
  return <View key={organization.id} />
}

type Named = {
  readonly organization: OrganizationInfo
  readonly view: Place | null
  readonly incidentId: string | null
  readonly subject: Subject | null
}
const nowhere = { incidentId: null, subject: null }
const nothing: Named = { organization: noOrganization, view: null, ...nowhere }

/** The organization, the view, the incident and the person or thing that the address names, as far as the caller may see them. */
function namedBy({ path }: PageAddress, rights: Rights | undefined): Named {
  const route = routeOf(path)
  if (!rights || route.kind === 'home' || route.kind === 'unknown') return nothing
  if (route.kind === 'operations') {
    return { organization: noOrganization, view: rights.isOperator ? 'operations' : null, ...nowhere }
  }
  const { organizationId, view, incidentId, subject } = route
  const known = rights.organizations.find(({ id }) => id === organizationId)
  if (known) return { organization: known, view, incidentId, subject }
  const isOperated = rights.isOperator && view === 'sources'
  const operated = { id: organizationId, name: null, mayManage: false }
  return isOperated ? { organization: operated, view, incidentId, subject } : nothing
}

const readOrganizations = (json: unknown): readonly OrganizationInfo[] =>
  list(record<OrganizationList>(json), 'data', (each) => {
    const from = record<OrganizationInfo>(each)
    return { id: text(from, 'id').toLowerCase(), name: textOrNull(from, 'name'), mayManage: boolean(from, 'mayManage') }
  })
