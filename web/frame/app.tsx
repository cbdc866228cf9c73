// The page: the view that the address names, for its organization, in the frame.
import type { JSX } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { AlertsView } from '../alerts/view.tsx'
import { boolean, list, record, text, textOrNull } from '../api/read.ts'
import type { OrganizationList } from '../api/types.ts'
import { useLoad } from '../api/use-load.ts'
import { type AppContext, AppScope, type OrganizationInfo, useApp } from '../app/context.ts'
import { type PageAddress, pathTo, routeOf, type ViewName } from '../app/router.ts'
import { EventsView } from '../events/view.tsx'
import { IntegrationsView } from '../integrations/view.tsx'
import { KeysView } from '../keys/view.tsx'
import { type Language, localeOf, translator } from '../locale/i18n.ts'
import { OperationsView } from '../operations/view.tsx'
import { OverviewView } from '../overview/view.tsx'
import { RulesView } from '../rules/view.tsx'
import { SignInPage } from '../session/sign-in-page.tsx'
import { SourcesView } from '../sources/view.tsx'
import { Empty, Link, ProblemNotice, Spinner, ViewHeading } from '../ui/index.ts'
import { Banner, Frame } from './frame.tsx'
import type { AppProps, SignedInProps } from './props.ts'
import { useAddress, useAnnouncements, useFocusOnArrival } from './use-frame.ts'

const views: Readonly<Record<ViewName, () => JSX.Element>> = {
  overview: OverviewView,
  events: EventsView,
  alerts: AlertsView,
  rules: RulesView,
  integrations: IntegrationsView,
  sources: SourcesView,
  keys: KeysView,
}

/** The views for owners and admins only. */
const managed: ReadonlySet<ViewName> = new Set(['alerts', 'rules', 'integrations', 'sources', 'keys'])

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
  const organizations = useLoad((signal) => api.get('/organizations', readOrganizations, signal), [api])
  const known = organizations.value
  const { organization, view } = namedBy(address, known)

  useEffect(() => {
    const [first] = known ?? []
    if (routeOf(address.path).kind === 'home' && first) {
      router.go(pathTo(first.id, first.mayManage ? 'overview' : 'events'), 'replace')
    }
  }, [address, known, router])
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
      query: address.query,
      go: (path) => router.go(path),
      setQuery: router.setQuery,
      now: Date.now,
    }),
    [api, organization, t, language, announce, address, router],
  )
  return (
    <AppScope.Provider value={app}>
      <Frame
        {...props}
        organizations={known ?? []}
        view={view}
        may={(each) => organization.mayManage || !managed.has(each)}
      >
        <Banner connection={props.connection} ended={props.ended} signIn={() => props.signIn()} />
        {known === undefined && organizations.problem && (
          <ProblemNotice problem={organizations.problem} onRetry={organizations.reload} />
        )}
        {known === undefined && !organizations.problem && <Spinner label={t('core.loading')} />}
        {known && <Shown known={known} address={address} view={view} />}
      </Frame>
      <p class="unseen" role="status" aria-live="polite">
        {announced}
      </p>
    </AppScope.Provider>
  )
}

/** The view that the address names, or the reason why there is none. */
function Shown({
  known,
  address,
  view,
}: {
  known: readonly OrganizationInfo[]
  address: PageAddress
  view: ViewName | null
}): JSX.Element {
  const { t, organization } = useApp()
  const [first] = known
  if (first === undefined) {
    return (
      <>
        <ViewHeading title={t('core.noOrganization.title')} />
        <Empty text={t('core.noOrganization.text')} />
      </>
    )
  }
  if (view === null) {
    if (routeOf(address.path).kind === 'home') return <Spinner label={t('core.loading')} />
    return (
      <>
        <ViewHeading title={t('core.notFound.title')} />
        <Empty text={t('core.notFound.text')}>
          <Link to={pathTo(first.id, 'events')}>{t('core.notFound.back')}</Link>
        </Empty>
      </>
    )
  }
  if (managed.has(view) && !organization.mayManage) {
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

/** The organization and the view that the address names, if the caller may see the organization. */
function namedBy({ path }: PageAddress, known: readonly OrganizationInfo[] | undefined) {
  const route = routeOf(path)
  const organization = route.kind === 'view' ? known?.find(({ id }) => id === route.organizationId) : undefined
  return {
    organization: organization ?? noOrganization,
    view: organization && route.kind === 'view' ? route.view : null,
  }
}

const readOrganizations = (json: unknown): readonly OrganizationInfo[] =>
  list(record<OrganizationList>(json), 'data', (each) => {
    const from = record<OrganizationInfo>(each)
    return { id: text(from, 'id').toLowerCase(), name: textOrNull(from, 'name'), mayManage: boolean(from, 'mayManage') }
  })
